/**
 * Asking for a charge until its answer is known. An unknown answer is no decline: it is asked again under the same
 * number, and one that was taken back under a new one.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { isRefused, type Refused } from '@octavo/domain/refusal.ts';
import type { Account } from '@octavo/domain/transit/rider.ts';
import {
  type Debt,
  declineClass,
  openDebt,
  type Posting,
  retryDeclined,
} from '@octavo/domain/transit/settlement.ts';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import { decodeTapRecord } from '@octavo/lib/transit/tap-record.ts';
import { transitCharge } from '../acquirer/contract.ts';
import { isPassing } from '../passing.ts';
import { chargeSavedPart, debtsPart, postingsPart } from './account-store.ts';
import { alter, type Decision, type Situation } from './accounts.ts';
import { readRecord } from './gate-store.ts';
import { terminalOf } from './merchant.ts';
import { type ChargeRow, readCharge, readUnbilled } from './money-store.ts';
import type { TransitPorts } from './ports.ts';
import { openToken } from './post.ts';

/** When a charge is asked for whose first asking was cut off: longer than an answer may take. */
export const FIRST_PAUSE_MS = 90_000;

/** When a charge is asked again whose answer is not known, and one that was taken back. */
const UNKNOWN_PAUSE_MS = 30_000;
const UNDONE_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 1_800_000;

/** What came of asking once. */
type Heard =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'undone' }
  | {
      readonly kind: 'approved' | 'declined';
      readonly responseCode: string | undefined;
      readonly code: string | undefined;
      readonly retrievalReference: string | undefined;
    };

/** Ask for a charge once, and write what came of it; answers the charge as it then stands. */
export async function ask(ports: TransitPorts, charge: ChargeRow): Promise<ChargeRow | Refused> {
  if (charge.state !== 'asking') return charge;
  const heard = await hear(ports, charge);
  return await alter(ports, charge.accountId, async (situation) => {
    const known = await readCharge(ports.sql, charge.accountId, charge.chargeId);
    if (known === undefined || known.state !== 'asking' || known.attempt !== charge.attempt) {
      return { kind: 'kept', answer: known ?? charge };
    }
    if (heard.kind === 'unknown' || heard.kind === 'undone') return again(situation, known, heard);
    const waiting = await readUnbilled(ports.sql, charge.accountId);
    return end(situation, known, heard, waiting.length > 0);
  });
}

/** The number under which a charge is asked: a new one for each attempt, the same at every repeat. */
export function requestIdOf({ chargeId, attempt }: ChargeRow): string {
  return toHex(sha256(fromAscii(`octavo transit charge ${chargeId} ${attempt}`)).subarray(0, 16));
}

async function hear(ports: TransitPorts, charge: ChargeRow): Promise<Heard> {
  const { advice } = charge;
  if (advice === undefined) return { kind: 'unknown' };
  const terminalId = await terminalOf(ports, advice.merchant);
  const record = await readRecord(ports.sql, advice.gateId, advice.sequence);
  const opened = record && (await openToken(ports, decodeTapRecord(record.body)));
  if (terminalId === undefined || opened === undefined) return { kind: 'unknown' };
  const answer = await ports.acquirer(transitCharge, {
    requestId: requestIdOf(charge),
    terminalId,
    token: opened.token,
    expiry: opened.expiry,
    amountMinor: Number(charge.amountMinor),
    currency: charge.currency,
    advice: advice.adviceName,
  });
  if (isRefused(answer)) return refusedBy(ports, charge, answer);
  if (answer.state === 'unknown' || answer.state === 'undone') return { kind: answer.state };
  const { responseCode, code, retrievalReference } = answer;
  if (answer.state === 'declined' && declineClass(responseCode) === 'data') {
    // Our own data: somebody has to look, or the rider is listed for it once no try is left.
    ports.trace('transit.alert', {
      chargeId: charge.chargeId,
      code: code ?? `response.${responseCode}`,
    });
  }
  return { kind: answer.state, responseCode, code, retrievalReference };
}

/** The acquirer would not even take it: nothing was asked. What will not pass by itself is for somebody to look at. */
function refusedBy(ports: TransitPorts, charge: ChargeRow, refusal: Refused): Heard {
  if (isPassing(refusal)) return { kind: 'unknown' };
  ports.trace('transit.alert', { chargeId: charge.chargeId, code: refusal.code });
  return {
    kind: 'declined',
    responseCode: '30',
    code: refusal.code,
    retrievalReference: undefined,
  };
}

function again(
  { account, nowMs }: Situation,
  charge: ChargeRow,
  { kind }: { readonly kind: 'unknown' | 'undone' },
): Decision<ChargeRow> {
  const isUndone = kind === 'undone';
  const next = {
    ...charge,
    attempt: isUndone ? charge.attempt + 1 : charge.attempt,
    dueAtMs: nowMs + pauseMs(nowMs - charge.atMs, isUndone ? UNDONE_PAUSE_MS : UNKNOWN_PAUSE_MS),
  };
  const event = isUndone ? 'charge_undone' : 'charge_unknown';
  const parts = [chargeSavedPart(next)];
  return { kind: 'altered', account, event, reference: charge.chargeId, parts, answer: next };
}

/** As long again as something has waited, so that a long silence costs few calls. */
export function pauseMs(ageMs: number, leastMs: number): number {
  return Math.min(Math.max(ageMs, leastMs), LONGEST_PAUSE_MS);
}

/** The answer is known: charge, debts, ledger, account and list in one statement. */
function end(
  { account, debts, nowMs }: Situation,
  charge: ChargeRow,
  heard: Extract<Heard, { kind: 'approved' | 'declined' }>,
  isAnyWaiting: boolean,
): Decision<ChargeRow> {
  const { kind, responseCode, code, retrievalReference } = heard;
  const ended: ChargeRow = {
    ...charge,
    state: kind,
    dueAtMs: undefined,
    responseCode,
    refusalCode: code,
    retrievalReference,
    endedAtMs: nowMs,
  };
  const settled = settleDebts(ended, debts, nowMs);
  const next: Account = {
    ...withDeadToken(account, ended, nowMs),
    inFlight: undefined,
    // Lines that came in the meantime, and what did not fit, are looked at now.
    billAtMs: isAnyWaiting ? nowMs : undefined,
  };
  return {
    kind: 'altered',
    account: next,
    event: kind === 'approved' ? 'charge_approved' : 'charge_declined',
    reference: charge.chargeId,
    parts: [
      chargeSavedPart(ended),
      debtsPart(settled.changed, charge.chargeId, nowMs),
      postingsPart(settled.postings, nowMs),
    ],
    debts: settled.debts,
    answer: ended,
  };
}

type SettledDebts = {
  readonly debts: readonly Debt[];
  readonly changed: readonly Debt[];
  readonly postings: readonly Posting[];
};

/** What an answer does to the account's debts, and the money that moves. */
function settleDebts(charge: ChargeRow, debts: readonly Debt[], nowMs: number): SettledDebts {
  const { chargeId, day, amountMinor, kind, state, responseCode } = charge;
  if (kind === 'daily') {
    if (state === 'approved') {
      const sale = { postingId: chargeId, kind: 'sale' as const, day, amountMinor };
      return { debts, changed: [], postings: [sale] };
    }
    const debt = openDebt(charge, responseCode, nowMs);
    const opened = { postingId: chargeId, kind: 'debt_opened' as const, day, amountMinor };
    return { debts: [...debts, debt], changed: [debt], postings: [opened] };
  }
  const asked = debts.filter(({ debtId }) => charge.debts.includes(debtId));
  const changed = asked.map((debt): Debt => {
    if (state === 'approved') return { ...debt, state: 'paid', nextTryAtMs: undefined };
    // Somebody who tries to pay uses up none of the tries that we have.
    return kind === 'retry' ? retryDeclined(debt, responseCode) : debt;
  });
  const postings = changed.flatMap((debt): readonly Posting[] => {
    const moved = { day: debt.day, amountMinor: debt.amountMinor };
    const postingId = `${debt.debtId}/${debt.state}`;
    if (debt.state === 'paid') return [{ ...moved, postingId, kind: 'debt_recovered' }];
    if (debt.state === 'written_off') return [{ ...moved, postingId, kind: 'debt_written_off' }];
    return [];
  });
  const after = debts.map((debt) => changed.find(({ debtId }) => debtId === debt.debtId) ?? debt);
  return { debts: after, changed, postings };
}

/** A token that the token service calls gone is not named again, unless it is tapped later. */
function withDeadToken(account: Account, charge: ChargeRow, nowMs: number): Account {
  const { advice, refusalCode, state } = charge;
  if (state !== 'declined' || advice === undefined) return account;
  if (refusalCode === undefined || !/^token\./.test(refusalCode)) return account;
  return {
    ...account,
    credentials: account.credentials.map((one) =>
      one.credentialId === advice.credentialId ? { ...one, deadAtMs: nowMs } : one,
    ),
  };
}
