/**
 * The verdict on a deferred charge: read once, judge, write once by the token's version, so that of two charges that
 * name one advice one wins. The row stands in the way of others until it is known how the charge ended.
 * @see profile octavo-1, section 15
 */
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import { adviceNamedBy, type ChargeFacts, judgeCharge } from '@octavo/domain/transit-charge.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';
import { change, overtaken, written } from '../change.ts';
import { type ChargeReading, readCharge } from './charge-store.ts';
import { type Asked, earlierOf, type Given, isRepeat, messageOf } from './judged.ts';
import type { Tokens } from './ports.ts';
import { type KeptMessage, writeTap } from './tap-store.ts';

/** Judge a charge; undefined when there is no such token. */
export async function judgedCharge(
  { sql, clock }: Tokens,
  asked: Asked,
): Promise<Given | Refused | undefined> {
  const { tokenId, messageKey, fields, content } = asked;
  const adviceKey = adviceNamedBy(fields);
  assert(adviceKey !== undefined, 'a charge names an advice');
  const given = await change<{ readonly given: Given | undefined }>(async () => {
    const nowMs = clock.nowMs();
    const reading = await readCharge(sql, tokenId, messageKey, adviceKey);
    if (reading === undefined) return written({ given: undefined });
    const { token, message: kept } = reading;
    if (isRepeat(kept, content)) return written({ given: { token, message: kept, stored: true } });
    const judgement = judgeCharge(factsOf(asked, reading, nowMs));
    const message: KeptMessage = { ...messageOf(asked, judgement, nowMs), adviceKey };
    // Something else is kept under this key: the refusal stays unwritten.
    const isWritten =
      kept !== undefined ||
      (await writeTap(sql, token, {
        messageKey,
        next: token,
        tap: undefined,
        message,
        refusal: undefined,
        suspension: undefined,
        atMs: nowMs,
      }));
    return isWritten ? written({ given: { token, message, stored: false } }) : overtaken;
  });
  return isRefused(given) ? given : given.given;
}

function factsOf({ tap }: Asked, reading: ChargeReading, nowMs: number): ChargeFacts {
  const { token, message, advice, standing } = reading;
  const { state, expiry } = token;
  return { tap, nowMs, earlier: earlierOf(message), token: { state, expiry }, advice, standing };
}
