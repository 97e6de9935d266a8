/** Getting back what is owed: by the rider, now, and by ourselves, by the schedule. */
import type { z } from '@hono/zod-openapi';
import { isRefused, type RefusalCode, type Refused, refused } from '@octavo/domain/refusal.ts';
import { type Debt, debtsToPay, retryImpossible } from '@octavo/domain/transit/settlement.ts';
import { chargePart, debtsPart, postingsPart } from './account-store.ts';
import { accountIdOf, alter, type Decision, freshId, type Situation } from './accounts.ts';
import { goodAdvice, newCharge } from './billing.ts';
import { ask, FIRST_PAUSE_MS } from './charging.ts';
import type * as contract from './contract.ts';
import { type ChargeRow, readCharge, readOwed } from './money-store.ts';
import type { TransitPorts } from './ports.ts';

/**
 * Pay what an account owes. The command's id is the charge's, so a repeat finds it: what is known is answered, what is
 * not is asked again.
 */
export async function payNow(
  ports: TransitPorts,
  body: z.output<typeof contract.payNow.body>,
): Promise<z.input<typeof contract.PayAnswer> | Refused> {
  const accountId = await accountIdOf(ports, body.accountReference);
  const charge = await alter(ports, accountId, async (situation) => {
    const before = await readCharge(ports.sql, accountId, body.requestId);
    if (before !== undefined) {
      if (before.kind !== 'pay_now') return refused('request.key_reused');
      return { kind: 'kept', answer: before };
    }
    return beginRecovery(ports, situation, body.requestId, 'pay_now', situation.debts);
  });
  if (isRefused(charge)) return charge;
  const asked = await ask(ports, charge);
  const { state, amountMinor, responseCode, refusalCode } = isRefused(asked) ? charge : asked;
  const owed = (await readOwed(ports.sql, [accountId])).get(accountId);
  return {
    state: state === 'settled' ? 'approved' : state,
    amountMinor: Number(amountMinor),
    openDebtMinor: Number(owed?.debtMinor ?? 0n),
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(refusalCode === undefined ? {} : { code: refusalCode as RefusalCode }),
  };
}

/** Ask again for the debts of an account that are due. */
export async function retryDebts(ports: TransitPorts, accountId: string): Promise<void> {
  const chargeId = freshId(ports);
  const begun = await alter<ChargeRow | undefined>(ports, accountId, async (situation) => {
    const { account, debts, nowMs } = situation;
    const due = debts.filter(
      ({ nextTryAtMs }) => nextTryAtMs !== undefined && nextTryAtMs <= nowMs,
    );
    if (due.length === 0 || account.inFlight !== undefined || account.state === 'merged') {
      return { kind: 'kept', answer: undefined };
    }
    const decided = await beginRecovery(ports, situation, chargeId, 'retry', due);
    return isRefused(decided) ? postponed(situation, due) : decided;
  });
  if (begun !== undefined && !isRefused(begun)) await ask(ports, begun);
}

async function beginRecovery(
  ports: TransitPorts,
  { account, nowMs }: Situation,
  chargeId: string,
  kind: 'retry' | 'pay_now',
  debts: readonly Debt[],
): Promise<Decision<ChargeRow> | Refused> {
  const paid = debtsToPay(debts);
  if (account.state === 'merged' || paid.length === 0) return refused('transit.no_debt');
  if (account.inFlight !== undefined) return refused('transit.charge_under_way');
  const advice = await goodAdvice(ports, account, nowMs);
  if (advice === undefined) return refused('transit.no_good_tap');
  const charge = {
    ...newCharge(account, chargeId, kind, nowMs, paid),
    debts: paid.map(({ debtId }) => debtId),
    advice,
    dueAtMs: nowMs + FIRST_PAUSE_MS,
  };
  return {
    kind: 'altered',
    account: { ...account, inFlight: chargeId },
    event: kind === 'retry' ? 'retry_begun' : 'payment_begun',
    reference: chargeId,
    parts: [chargePart(charge)],
    answer: charge,
  };
}

/** There is no tap that a retry could name: a try is used up all the same, so that every debt comes to its end. */
function postponed(
  { account, debts, nowMs }: Situation,
  due: readonly Debt[],
): Decision<undefined> {
  const tried = due.map((debt) => retryImpossible(debt));
  const written = tried.filter(({ state }) => state === 'written_off');
  return {
    kind: 'altered',
    account,
    event: 'retry_impossible',
    reference: '',
    parts: [
      debtsPart(tried, undefined, nowMs),
      postingsPart(
        written.map(({ debtId, day, amountMinor }) => ({
          postingId: `${debtId}/written_off`,
          kind: 'debt_written_off',
          day,
          amountMinor,
        })),
        nowMs,
      ),
    ],
    debts: debts.map((debt) => tried.find(({ debtId }) => debtId === debt.debtId) ?? debt),
    answer: undefined,
  };
}
