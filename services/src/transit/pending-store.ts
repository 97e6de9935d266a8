/** What is pending: whether anything waits for its next step, and when the next timed thing is due. */
import type { InstantMs, Sql } from '@octavo/domain/ports.ts';
import { flag, wholeOrNone } from '../column.ts';

/** What is pending. */
export type Pending = {
  /** Records, verdicts, tokens or wishes that are to be taken further as soon as possible. */
  readonly isAny: boolean;
  /** When the next advice, charge, bill or retry is due. */
  readonly nextAtMs: InstantMs | undefined;
};

/** Look at all lists of work at once. */
export async function readPending(sql: Sql): Promise<Pending> {
  const [row] = await sql(
    `select exists (select 1 from transit.record where posted_at_ms is null)
         or exists (select 1 from transit.tap where effect_due)
         or exists (select 1 from transit.credential where join_to is not null)
         or exists (select 1 from transit.listing where published_version is null) as is_any,
       least(
         (select min(advice_due_at_ms) from transit.tap where advice_due_at_ms is not null),
         (select min(due_at_ms) from transit.charge where due_at_ms is not null),
         (select min(bill_at_ms) from transit.account where bill_at_ms is not null),
         (select min(next_try_at_ms) from transit.debt join transit.account using (account_id)
            where next_try_at_ms is not null and in_flight is null)
       ) as next_at_ms`,
  );
  return { isAny: flag(row ?? {}, 'is_any'), nextAtMs: wholeOrNone(row ?? {}, 'next_at_ms') };
}
