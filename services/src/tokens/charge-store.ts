/** What a verdict on a deferred charge reads: the token, the advice that it names, and the other charges that name it. */
import type { Sql } from '@octavo/domain/ports.ts';
import type { AdviceStanding, NamedAdvice } from '@octavo/domain/transit-charge.ts';
import { textOrNone, whole } from '../column.ts';
import { type KeptMessage, MESSAGE, messageOf } from './tap-store.ts';
import { type Token, tokenOf } from './token-store.ts';

/** A token with what is known under a charge's key and of the advice that it names. */
export type ChargeReading = {
  readonly token: Token;
  readonly message: KeptMessage | undefined;
  readonly advice: NamedAdvice | undefined;
  readonly standing: AdviceStanding;
};

/**
 * Read all that a verdict on a charge needs, in one statement. A charge stands in the way while it is good and nobody
 * has said how it ended, and for good once it is approved.
 */
export async function readCharge(
  sql: Sql,
  tokenId: Uint8Array,
  messageKey: string,
  adviceKey: string,
): Promise<ChargeReading | undefined> {
  const [row] = await sql(
    `select t.*, ${MESSAGE}, a.message_key as named_key, a.code as named_code,
       a.acquirer as named_acquirer, a.merchant_id as named_merchant_id, a.tap_day as named_tap_day,
       a.at_ms as named_at_ms,
       (select max(coalesce(c.outcome_code, '')) from tokens.message c
        where c.token_id = t.token_id and c.advice_key = $3 and c.message_key <> $2
          and c.code is null and not c.reversed and coalesce(c.outcome_code, '00') = '00') as standing
     from tokens.token t
     left join tokens.message m on m.token_id = t.token_id and m.message_key = $2
     left join tokens.message a on a.token_id = t.token_id and a.message_key = $3
       and a.kind = 'advice'
     where t.token_id = $1`,
    [tokenId, messageKey, adviceKey],
  );
  if (row === undefined) return undefined;
  const standing = textOrNone(row, 'standing');
  return {
    token: tokenOf(row),
    message: row.kept_key === null ? undefined : messageOf(row),
    advice:
      row.named_key === null
        ? undefined
        : {
            isGood: row.named_code === null,
            acquirer: textOrNone(row, 'named_acquirer') ?? '',
            merchantId: textOrNone(row, 'named_merchant_id'),
            tapDay: textOrNone(row, 'named_tap_day') ?? '',
            receivedAtMs: whole(row, 'named_at_ms'),
          },
    standing: standing === undefined ? 'free' : standing === '00' ? 'approved' : 'under_way',
  };
}
