/** Lines that wait become one charge: one at a time for each account, naming one tap that had a good verdict. */
import { CNY } from '@octavo/domain/money.ts';
import type { Refused } from '@octavo/domain/refusal.ts';
import type { Account } from '@octavo/domain/transit/rider.ts';
import { dayOfName, dayStartMs } from '@octavo/domain/transit/service-day.ts';
import {
  billOf,
  type Debt,
  type Line,
  openDebt,
  openOwnDebt,
} from '@octavo/domain/transit/settlement.ts';
import { billedPart, chargePart, debtsPart, postingsPart } from './account-store.ts';
import { alter, type Decision, freshId, type Situation } from './accounts.ts';
import { ask, FIRST_PAUSE_MS, pauseMs } from './charging.ts';
import { isAboutToken } from './fault.ts';
import { type ChargeRow, type NamedAdvice, readNamedAdvices, readUnbilled } from './money-store.ts';
import type { TransitPorts } from './ports.ts';
import { isAnyWaiting, readGoodTaps, readRefusedTaps } from './tap-store.ts';

/** How long a bill waits for verdicts that are under way. */
const VERDICT_PAUSE_MS = 30_000;

/** How old a tap may be that a charge names; the network takes none that is older. @see profile octavo-1, section 15 */
const OLDEST_ADVICE_MS = 13.5 * 24 * 60 * 60 * 1000;

/** How many good taps are looked through for one that no charge has named. */
const MOST_TAPS = 200;

/** Make a charge of the lines that wait, and ask for it. */
export async function bill(ports: TransitPorts, accountId: string): Promise<void> {
  const charge = await alter(ports, accountId, (situation) => begin(ports, situation));
  if (charge !== undefined && charge.kind !== 'refused') await ask(ports, charge);
}

async function begin(
  ports: TransitPorts,
  { account, debts, nowMs }: Situation,
): Promise<Decision<ChargeRow | undefined> | Refused> {
  const waits = (billAtMs: number | undefined): Decision<undefined> =>
    account.billAtMs === billAtMs
      ? { kind: 'kept', answer: undefined }
      : altered({ ...account, billAtMs }, 'bill_waits', '', undefined);
  // Whatever ends the charge that is under way looks at the lines again.
  if (account.state === 'merged' || account.inFlight !== undefined) return waits(undefined);
  const lines = await readUnbilled(ports.sql, account.accountId);
  const made = billOf(lines);
  if (made.kind === 'nothing') return waits(undefined);
  const chargeId = freshId(ports);
  const billed = { ...account, billAtMs: undefined };
  const charge = newCharge(account, chargeId, 'daily', nowMs, made.lines);
  if (made.kind === 'settled') {
    const settled = { ...charge, state: 'settled' as const, endedAtMs: nowMs };
    return altered(billed, 'settled', chargeId, undefined, [
      chargePart(settled),
      billedPart(made.lines, chargeId),
    ]);
  }
  const advice = await goodAdvice(ports, account, nowMs);
  if (advice !== undefined) {
    const asking = { ...charge, advice, dueAtMs: nowMs + FIRST_PAUSE_MS };
    return altered({ ...billed, inFlight: chargeId }, 'charge_begun', chargeId, asking, [
      chargePart(asking),
      billedPart(made.lines, chargeId),
    ]);
  }
  const ids = account.credentials.map(({ credentialId }) => credentialId);
  if (await isAnyWaiting(ports.sql, ids)) {
    const sinceMs = Math.min(...lines.map(({ atMs }) => atMs));
    return waits(nowMs + pauseMs(nowMs - sinceMs, VERDICT_PAUSE_MS));
  }
  const isRefusal = await isTokenRefused(ports, account, made.lines);
  const debt = isRefusal ? openDebt(charge, undefined, nowMs) : openOwnDebt(charge, nowMs);
  // What did not fit onto this bill is looked at now.
  const rest = { ...billed, billAtMs: made.lines.length < lines.length ? nowMs : undefined };
  return owed({ account: rest, debts, nowMs }, charge, debt, made.lines);
}

/** Whether the token service refused a token of the account since the days of these lines. */
async function isTokenRefused(
  ports: TransitPorts,
  { credentials }: Account,
  lines: readonly Line[],
): Promise<boolean> {
  if (credentials.some(({ deadAtMs }) => deadAtMs !== undefined)) return true;
  const first = lines.reduce((day, line) => Math.min(day, dayOfName(line.day)), Infinity);
  const fromMs = dayStartMs(first, ports.policy.serviceDayStartMs);
  const ids = credentials.map(({ credentialId }) => credentialId);
  return (await readRefusedTaps(ports.sql, ids, fromMs, MOST_TAPS)).some(isAboutToken);
}

/** No tap of this account had a good verdict: nobody can be asked, so it is a debt at once. */
function owed(
  { account, debts, nowMs }: Situation,
  charge: ChargeRow,
  debt: Debt,
  lines: readonly Line[],
): Decision<undefined> {
  const { chargeId, day, amountMinor } = charge;
  const refusalCode = 'transit.no_good_tap';
  const declined = { ...charge, state: 'declined' as const, refusalCode, endedAtMs: nowMs };
  const posting = { postingId: chargeId, kind: 'debt_opened' as const, day, amountMinor };
  return {
    ...altered(account, 'debt_opened', chargeId, undefined, [
      chargePart(declined),
      billedPart(lines, chargeId),
      debtsPart([debt], undefined, nowMs),
      postingsPart([posting], nowMs),
    ]),
    debts: [...debts, debt],
  };
}

function altered<Answer>(
  account: Account,
  event: string,
  reference: string,
  answer: Answer,
  parts: Extract<Decision<Answer>, { kind: 'altered' }>['parts'] = [],
): Extract<Decision<Answer>, { kind: 'altered' }> {
  return { kind: 'altered', account, event, reference, parts, answer };
}

/** A charge about to begin. Its day is the last that it is for. */
export function newCharge(
  account: Account,
  chargeId: string,
  kind: ChargeRow['kind'],
  nowMs: number,
  items: readonly Pick<Line, 'day' | 'amountMinor'>[],
): ChargeRow {
  return {
    accountId: account.accountId,
    chargeId,
    kind,
    day:
      items
        .map(({ day }) => day)
        .sort()
        .at(-1) ?? '',
    amountMinor: items.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    currency: CNY,
    state: 'asking',
    debts: [],
    advice: undefined,
    attempt: 1,
    dueAtMs: undefined,
    responseCode: undefined,
    refusalCode: undefined,
    retrievalReference: undefined,
    atMs: nowMs,
    endedAtMs: undefined,
  };
}

/** The newest tap with a good verdict that no charge has named, of a token that is not known to be gone. */
export async function goodAdvice(
  ports: TransitPorts,
  account: Account,
  nowMs: number,
): Promise<NamedAdvice | undefined> {
  const ids = account.credentials.map(({ credentialId }) => credentialId);
  const taps = await readGoodTaps(ports.sql, ids, nowMs - OLDEST_ADVICE_MS, MOST_TAPS);
  const named = await readNamedAdvices(ports.sql, [account.accountId, ...account.joined]);
  const dead = new Map(account.credentials.map((one) => [one.credentialId, one.deadAtMs ?? 0]));
  const tap = taps.find(
    ({ adviceId, adviceName, credentialId, correctedMs }) =>
      adviceName !== undefined &&
      !named.has(adviceId) &&
      correctedMs > (dead.get(credentialId) ?? 0),
  );
  if (tap?.adviceName === undefined) return undefined;
  const { adviceId, adviceName, merchant, credentialId, gateId, sequence } = tap;
  return { adviceId, adviceName, merchant, credentialId, gateId, sequence };
}
