/** An acquirer's reversal: kept and answered at once; what the issuer may have posted is taken back by store and forward. */
import { fingerprint as digestOf, type MessageFields } from '@octavo/domain/message.ts';
import { type KeptMessage, type ReversalVerdict, reverse } from '@octavo/domain/network.ts';
import { type Refused, refusals, refused } from '@octavo/domain/refusal.ts';
import { localTime } from '@octavo/domain/time.ts';
import { equal } from '@octavo/lib/bytes/bytes.ts';
import { change, overtaken, written } from '../change.ts';
import { type Desk, save } from './desk.ts';
import {
  findMessage,
  findReversal,
  insertMessage,
  insertReversal,
  type KeptReversal,
} from './store.ts';

/** Take one reversal; its answer, the stored one when it came before. */
export async function reversal(
  desk: Desk,
  mti: string,
  fields: MessageFields,
  keys: { readonly reversalKey: string; readonly originalKey: string },
): Promise<KeptReversal | Refused> {
  const { sql, keys: ports, clock } = desk.ports;
  const fingerprint = await ports.lookupHash('message', digestOf(mti, fields));
  return change(async () => {
    const before = await findReversal(sql, keys.reversalKey);
    if (before !== undefined) {
      return equal(before.fingerprint, fingerprint)
        ? written(before)
        : refused('message.key_reused');
    }
    const original = await findMessage(sql, keys.originalKey);
    const decided = reverse(original, fields);
    const atMs = clock.nowMs();
    const code = decided.kind === 'reverse' ? undefined : decided.code;
    const kept: KeptReversal = {
      ...keys,
      fingerprint,
      responseCode: code === undefined ? '00' : refusals[code].responseCode,
      code,
      settlementDate: localTime(atMs).settlementDate,
      atMs,
    };
    return (await keep(desk, decided, kept, fields)) ? written(kept) : overtaken;
  });
}

async function keep(
  desk: Desk,
  decided: ReversalVerdict,
  kept: KeptReversal,
  fields: MessageFields,
): Promise<boolean> {
  if (decided.kind === 'answer') return insertReversal(desk.ports.sql, kept);
  if (decided.kind === 'reverse') return (await save(desk, decided.change, kept)) !== undefined;
  const foretold: KeptMessage = {
    messageKey: kept.originalKey,
    kind: 'purchase',
    institution: fields['32'] ?? '',
    state: 'foretold',
    reversedBy: 'acquirer',
    answered: true,
    owed: 'nothing',
    createdAtMs: kept.atMs,
    version: 1,
  };
  return insertMessage(desk.ports.sql, foretold, { atMs: kept.atMs, reversal: kept });
}
