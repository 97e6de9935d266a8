/** A purchase: load, let the domain decide, save in one statement by version, and only then answer. */
import { answerDelayMs } from '@octavo/domain/demo.ts';
import { type Moved, purchase, recognise } from '@octavo/domain/issuer.ts';
import { drawApprovalCode } from '@octavo/domain/issuer-card.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { change, overtaken, written } from '../change.ts';
import {
  APPROVED,
  answer,
  contentHash,
  traceDecision,
  tracePosting,
  withNumber,
  withoutNumber,
} from './answer.ts';
import { readPurchase } from './fields.ts';
import {
  type Decision,
  loadMessage,
  type MessageView,
  type StoredAnswer,
  saveAnswer,
  saveApproval,
} from './message-store.ts';
import { accountIdOf, type IssuerPorts } from './ports.ts';

/** What came of a purchase. Two of the demo bank's test cards get no answer: `lost` unread, or `posted` all the same. */
type Outcome =
  | { readonly kind: 'lost' }
  | {
      readonly kind: 'decided';
      readonly answer: StoredAnswer;
      readonly moved: Moved | undefined;
      readonly stored: boolean;
      readonly spokenAfterMs: number | 'never';
    };

/** The elements of an answer, and how long it is held back; what was decided is stored all the same. */
export type Spoken = { readonly fields: MessageFields; readonly afterMs: number };

/** The answer to a purchase, or undefined when the test card's bank does not answer. */
export async function answerPurchase(
  ports: IssuerPorts,
  mti: string,
  fields: MessageFields,
): Promise<Spoken | undefined> {
  const ask = readPurchase(mti, fields);
  if (isRefused(ask)) return refuse(ports, fields, ask);
  const accountId = await accountIdOf(ports.keys, fields['2'] ?? '');
  const fingerprint = await contentHash(ports, mti, fields);
  const approvalCode = drawApprovalCode(ports.random);
  const outcome = await change<Outcome>(async () => {
    const view = await loadMessage(ports.sql, accountId, ask.messageKey, ask.messageKey);
    // This bank loses the message before anybody reads it: nothing is known of it afterwards.
    if (view.card?.card.behaviour === 'silent') return written({ kind: 'lost' });
    const recognised = recognise(view.known, fingerprint);
    if (isRefused(recognised)) return recognised;
    if (recognised === 'again') return written(repeated(view, fields));
    const atMs = ports.clock.nowMs();
    const decided = purchase(view.card?.card, view.account, ask, atMs);
    const no = isRefused(decided);
    const whole = no ? answer(fields, decided) : answer(fields, APPROVED, approvalCode);
    const decision: Decision = {
      accountId,
      messageKey: ask.messageKey,
      fingerprint,
      answer: withoutNumber(whole),
      event: no ? decided.code : 'purchase',
      atMs,
    };
    const saved = no
      ? await saveAnswer(ports.sql, decision, view.account, undefined)
      : await saveApproval(ports.sql, decision, decided.value);
    if (!saved) return overtaken;
    const moved = no ? undefined : decided.value;
    return written({
      kind: 'decided',
      answer: whole,
      moved,
      stored: false,
      spokenAfterMs: spokenAfterMs(view),
    });
  });
  return isRefused(outcome) ? refuse(ports, fields, outcome) : tell(ports, fields, outcome);
}

function repeated(view: MessageView, fields: MessageFields): Outcome {
  const { known } = view;
  assert(known.kind === 'answered', 'only an answered message is recognised');
  const whole = withNumber(known.answer, fields);
  return {
    kind: 'decided',
    answer: whole,
    moved: undefined,
    stored: true,
    spokenAfterMs: spokenAfterMs(view),
  };
}

function spokenAfterMs(view: MessageView): number | 'never' {
  const behaviour = view.card?.card.behaviour ?? 'plain';
  return behaviour === 'no_answer' ? 'never' : (answerDelayMs[behaviour] ?? 0);
}

function tell(ports: IssuerPorts, fields: MessageFields, outcome: Outcome): Spoken | undefined {
  const retrievalReference = fields['37'] ?? '';
  if (outcome.kind === 'lost') {
    ports.trace('issuer.message_lost', { retrievalReference });
    return undefined;
  }
  if (!outcome.stored) traceDecision(ports, fields, outcome.answer);
  if (outcome.moved !== undefined) tracePosting(ports, outcome.moved.posting);
  if (outcome.spokenAfterMs !== 'never') {
    return { fields: outcome.answer.fields, afterMs: outcome.spokenAfterMs };
  }
  ports.trace('issuer.answer_withheld', { retrievalReference });
  return undefined;
}

/** Refused with nothing stored: the same message gets the same refusal for as long as its reason holds. */
function refuse(ports: IssuerPorts, fields: MessageFields, refusal: Refused): Spoken {
  const decided = answer(fields, refusal);
  traceDecision(ports, fields, decided);
  return { fields: decided.fields, afterMs: 0 };
}
