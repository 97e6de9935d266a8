/** Answers to messages: made from a decision, stored without the card number, put together again for a repeat. */

import type { Posting } from '@octavo/domain/ledger.ts';
import { sumOf } from '@octavo/domain/ledger.ts';
import { fingerprint, type MessageFields } from '@octavo/domain/message.ts';
import { type Refused, refusals } from '@octavo/domain/refusal.ts';
import { echoed } from './fields.ts';
import type { StoredAnswer } from './message-store.ts';
import type { IssuerPorts } from './ports.ts';

/** DE39 of an approval, and of a reversal that was accepted. */
export const APPROVED = '00';

/** The elements of an answer with DE39, and for a refusal its code. */
export function answer(
  fields: MessageFields,
  outcome: Refused | typeof APPROVED,
  approvalCode?: string,
): StoredAnswer {
  const code = outcome === APPROVED ? undefined : outcome.code;
  const responseCode = code === undefined ? APPROVED : refusals[code].responseCode;
  const echo = echoed(fields);
  if (approvalCode !== undefined) echo['38'] = approvalCode;
  return { responseCode, code, fields: { ...echo, 39: responseCode } };
}

/** An answer as it may be stored: the card number stays out, the repeat brings it again. */
export function withoutNumber(whole: StoredAnswer): StoredAnswer {
  const { 2: _, ...fields } = whole.fields;
  return { ...whole, fields };
}

/** A stored answer with the card number of the message that repeats it. */
export function withNumber(stored: StoredAnswer, fields: MessageFields): StoredAnswer {
  const number = fields['2'];
  return number === undefined ? stored : { ...stored, fields: { ...stored.fields, 2: number } };
}

/** The digest of a message's content as it may be stored; keyed, since the content holds a card number. */
export function contentHash(
  ports: IssuerPorts,
  mti: string,
  fields: MessageFields,
): Promise<Uint8Array> {
  return ports.keys.lookupHash('message', fingerprint(mti, fields));
}

/** Tell the trace what was decided. */
export function traceDecision(
  ports: IssuerPorts,
  fields: MessageFields,
  decided: StoredAnswer,
): void {
  const { code, responseCode } = decided;
  ports.trace('issuer.decision', {
    ...(code === undefined ? {} : { code }),
    responseCode,
    retrievalReference: fields['37'] ?? '',
    cardLastFour: (fields['2'] ?? '').slice(-4),
  });
}

/** Tell the trace what was posted. */
export function tracePosting(ports: IssuerPorts, posting: Posting): void {
  const { postingId, kind, retrievalReference, entries } = posting;
  ports.trace('ledger.posted', {
    postingId,
    kind,
    retrievalReference,
    entries: entries.map(({ account, amountMinor }) => ({
      account,
      amountMinor: String(amountMinor),
    })),
    sumMinor: String(sumOf(entries)),
  });
}
