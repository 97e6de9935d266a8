/** Charges, debts and accounts as they are shown. */
import type { z } from '@hono/zod-openapi';
import type { Sql } from '@octavo/domain/ports.ts';
import type { RefusalCode } from '@octavo/domain/refusal.ts';
import type { Account } from '@octavo/domain/transit/rider.ts';
import type { Debt } from '@octavo/domain/transit/settlement.ts';
import type * as contract from './contract.ts';
import { type ChargeRow, type LineRow, readDebtsByIds, readLinesOf } from './money-store.ts';

/** Charges with what each is for: lines of a day's sale, or debts that are to be paid. */
export async function showCharges(
  sql: Sql,
  charges: readonly ChargeRow[],
): Promise<z.input<typeof contract.ChargeView>[]> {
  const shown: z.input<typeof contract.ChargeView>[] = [];
  const byAccount = new Map<string, ChargeRow[]>();
  for (const charge of charges) {
    const own = byAccount.get(charge.accountId);
    if (own === undefined) byAccount.set(charge.accountId, [charge]);
    else own.push(charge);
  }
  const lines = new Map<string, LineRow[]>();
  const debts = new Map<string, Debt>();
  for (const [accountId, own] of byAccount) {
    const ids = own.map(({ chargeId }) => chargeId);
    for (const line of await readLinesOf(sql, accountId, ids)) {
      const there = lines.get(line.chargeId ?? '');
      if (there === undefined) lines.set(line.chargeId ?? '', [line]);
      else there.push(line);
    }
    const wanted = own.flatMap((charge) => charge.debts);
    for (const debt of await readDebtsByIds(sql, accountId, wanted)) debts.set(debt.debtId, debt);
  }
  for (const charge of charges) {
    const own = (lines.get(charge.chargeId) ?? []).map(lineView);
    const paid = charge.debts.flatMap((debtId) => debtLine(debts.get(debtId)));
    shown.push(chargeView(charge, [...own, ...paid]));
  }
  return shown;
}

function chargeView(
  charge: ChargeRow,
  lines: z.input<typeof contract.ChargeLine>[],
): z.input<typeof contract.ChargeView> {
  const { chargeId, accountId, kind, day, amountMinor, currency, state, atMs } = charge;
  const { responseCode, refusalCode, retrievalReference, endedAtMs } = charge;
  return {
    chargeId,
    accountId,
    kind,
    day,
    amountMinor: Number(amountMinor),
    currency,
    state,
    lines,
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(refusalCode === undefined ? {} : { code: refusalCode as RefusalCode }),
    ...(retrievalReference === undefined ? {} : { retrievalReference }),
    atMs,
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
  };
}

/** One line of a charge. */
export function lineView({ lineId, kind, day, amountMinor, reason }: LineRow) {
  return {
    lineId,
    kind,
    day,
    amountMinor: Number(amountMinor),
    ...(reason === undefined ? {} : { reason }),
  };
}

function debtLine(debt: Debt | undefined) {
  if (debt === undefined) return [];
  const { debtId, day, amountMinor } = debt;
  return [{ lineId: debtId, kind: 'debt' as const, day, amountMinor: Number(amountMinor) }];
}

/** A debt as it is shown. */
export function debtView(accountId: string, debt: Debt): z.input<typeof contract.DebtView> {
  const { debtId, day, amountMinor, state, responseCode, openedAtMs, tries, nextTryAtMs } = debt;
  return {
    debtId,
    accountId,
    day,
    amountMinor: Number(amountMinor),
    state,
    class: debt.class,
    ...(responseCode === undefined ? {} : { responseCode }),
    openedAtMs,
    tries,
    ...(nextTryAtMs === undefined ? {} : { nextTryAtMs }),
  };
}

/** An account as it is shown. */
export function accountView(
  account: Account,
  owed: { readonly unbilledMinor: bigint; readonly debtMinor: bigint } | undefined,
): z.input<typeof contract.AccountView> {
  const { accountId, accountReference, state, mergedInto, credentials, denials, listed } = account;
  return {
    accountId,
    ...(accountReference === undefined ? {} : { accountReference }),
    state,
    ...(mergedInto === undefined ? {} : { mergedInto }),
    credentials: credentials.map(({ credentialId, lastFour, form }) => {
      const denial = denials.find((one) => one.credentialId === credentialId);
      const word = denial && { verdict: 'refused' as const, verdictAtMs: denial.tapMs };
      return { credentialId, lastFour, form: formOf(form), ...word };
    }),
    openDebtMinor: Number(owed?.debtMinor ?? 0n),
    unbilledMinor: Number(owed?.unbilledMinor ?? 0n),
    listed: [...listed],
    version: account.version,
  };
}

/** A form by its name; another name is not known. */
export function formOf(form: string): 'unknown' | 'card' | 'phone' | 'watch' {
  return form === 'card' || form === 'phone' || form === 'watch' ? form : 'unknown';
}
