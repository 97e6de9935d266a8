/** What a rider is shown: trips of a month with prices and why, how far to cap and ladder, charges, and what is owed. */
import type { z } from '@hono/zod-openapi';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { dayName, dayNumber, dayOfName, dayStartMs } from '@octavo/domain/transit/service-day.ts';
import { sumOf } from '@octavo/domain/transit/settlement.ts';
import { readAccount } from './account-store.ts';
import { accountIdOf } from './accounts.ts';
import { goodAdvice } from './billing.ts';
import type * as contract from './contract.ts';
import { readChargesOf, readDays, readDebtsOf, readUnbilled } from './money-store.ts';
import type { TransitPorts } from './ports.ts';
import { type Rated, rate } from './rated.ts';
import { journeyView, progressOf, tapsByName } from './shown-journeys.ts';
import { debtView, lineView, showCharges } from './shown-money.ts';

/** How many charges are shown. */
const CHARGES_SHOWN = 60;

/** A rider's month. */
export async function rider(
  ports: TransitPorts,
  body: z.output<typeof contract.rider.body>,
): Promise<z.input<typeof contract.RiderView> | Refused> {
  const accountId = await accountIdOf(ports, body.accountReference);
  const account = await readAccount(ports.sql, accountId);
  if (account === undefined || account.state === 'merged') {
    return refused('transit.account_unknown');
  }
  const nowMs = ports.clock.nowMs();
  const { serviceDayStartMs } = ports.policy;
  const today = dayName(dayNumber(nowMs, serviceDayStartMs));
  const month = body.month ?? today.slice(0, 7);
  const rated = await rate(
    ports,
    account,
    dayStartMs(dayOfName(`${month}-02`), serviceDayStartMs),
    nowMs,
  );
  const debts = await readDebtsOf(ports.sql, accountId);
  const accounts = [accountId, ...account.joined];
  const charges = await readChargesOf(ports.sql, accounts, CHARGES_SHOWN);
  const unbilled = await readUnbilled(ports.sql, accountId);
  const open = debts.filter(({ state }) => state === 'open');
  return {
    month,
    ...(await tripsOf(ports, accountId, rated, month)),
    progress: progressOf(rated.account, today, month),
    charges: await showCharges(ports.sql, charges),
    debts: debts.map((debt) => debtView(accountId, debt)),
    openDebtMinor: Number(sumOf(open)),
    unbilledMinor: Number(sumOf(unbilled)),
    unbilled: unbilled.map(lineView),
    state: account.state,
    isChargeUnderWay: account.inFlight !== undefined,
    canPayNow:
      open.length > 0 &&
      account.inFlight === undefined &&
      (await goodAdvice(ports, account, nowMs)) !== undefined,
  };
}

async function tripsOf(ports: TransitPorts, accountId: string, rated: Rated, month: string) {
  const taps = tapsByName(rated.taps);
  const own = rated.account.journeys.filter(({ serviceDay }) => serviceDay.startsWith(month));
  const shown = own.map((journey) => journeyView(journey, taps, ports.city)).reverse();
  const open = shown.find(({ state }) => state === 'open');
  const closed = new Map(
    (await readDays(ports.sql, accountId, `${month}-01`)).map(({ day, ratedMinor }) => [
      day,
      ratedMinor,
    ]),
  );
  const days = rated.account.days
    .filter(({ serviceDay }) => serviceDay.startsWith(month))
    .map(({ serviceDay, totalMinor, journeyIds }) => {
      const closedMinor = closed.get(serviceDay);
      return {
        day: serviceDay,
        journeys: journeyIds.length,
        ratedMinor: Number(totalMinor),
        ...(closedMinor === undefined ? {} : { closedMinor: Number(closedMinor) }),
      };
    });
  return { journeys: shown, ...(open === undefined ? {} : { open }), days };
}
