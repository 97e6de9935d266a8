/** A reversal: what its original took is given back once; an original that is not known is refused if it comes later. */
import { recognise, reverse } from '@octavo/domain/issuer.ts';
import type { Posting } from '@octavo/domain/ledger.ts';
import type { MessageFields } from '@octavo/domain/message.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
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
import { readReversal } from './fields.ts';
import {
  type Decision,
  loadMessage,
  type StoredAnswer,
  saveAnswer,
  saveGivenBack,
} from './message-store.ts';
import { accountIdOf, type IssuerPorts } from './ports.ts';

type Outcome = {
  readonly answer: StoredAnswer;
  readonly posting: Posting | undefined;
  readonly stored: boolean;
};

/** The answer's elements to a reversal. */
export async function answerReversal(
  ports: IssuerPorts,
  mti: string,
  fields: MessageFields,
): Promise<MessageFields> {
  const ask = readReversal(mti, fields);
  if (isRefused(ask)) return tell(ports, fields, { ...noMoney, answer: answer(fields, ask) });
  const accountId = await accountIdOf(ports.keys, fields['2'] ?? '');
  const fingerprint = await contentHash(ports, mti, fields);
  const outcome = await change<Outcome>(async () => {
    const view = await loadMessage(ports.sql, accountId, ask.messageKey, ask.originalKey);
    const recognised = recognise(view.known, fingerprint);
    if (isRefused(recognised)) return recognised;
    if (view.known.kind === 'answered') {
      return written({ ...noMoney, answer: withNumber(view.known.answer, fields), stored: true });
    }
    const reversed = reverse(view.account, view.original, ask);
    const whole = answer(fields, isRefused(reversed) ? reversed : APPROVED);
    const decision: Decision = {
      accountId,
      messageKey: ask.messageKey,
      fingerprint,
      answer: withoutNumber(whole),
      event: isRefused(reversed) ? reversed.code : reversed.kind,
      atMs: ports.clock.nowMs(),
    };
    if (reversed.kind === 'given_back') {
      const saved = await saveGivenBack(ports.sql, decision, reversed.moved);
      const posting = reversed.moved.posting;
      return saved ? written({ answer: whole, posting, stored: false }) : overtaken;
    }
    const unknown = view.original.kind === 'unknown' && !view.remembered;
    const remember = unknown ? ask.originalKey : undefined;
    const saved = await saveAnswer(ports.sql, decision, view.account, remember);
    return saved ? written({ ...noMoney, answer: whole }) : overtaken;
  });
  return tell(
    ports,
    fields,
    isRefused(outcome) ? { ...noMoney, answer: answer(fields, outcome) } : outcome,
  );
}

const noMoney = { posting: undefined, stored: false };

function tell(
  ports: IssuerPorts,
  fields: MessageFields,
  { answer: decided, posting, stored }: Outcome,
): MessageFields {
  if (!stored) traceDecision(ports, fields, decided);
  if (posting !== undefined) tracePosting(ports, posting);
  return decided.fields;
}
