/**
 * A debt that somebody tries to leave behind: the fare of yesterday cannot be charged, the card is removed from the phone
 * and added again. The new token stands at the gate by its account reference, pays, and rides.
 */
import { CNY, formatAmount } from '@octavo/domain/money.ts';
import { isRefused } from '@octavo/domain/refusal.ts';
import { demoPolicy } from '@octavo/domain/transit/policy.ts';
import { dayName, dayNumber } from '@octavo/domain/transit/service-day.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { unsigned } from '@octavo/services/caller';
import { connectTo } from '@octavo/services/endpoint';
import * as issuer from '@octavo/services/issuer';
import * as transit from '@octavo/services/transit';
import * as wallet from '@octavo/services/wallet';
import type { CheatResult } from './cheat.ts';
import { bringHome, type CheatGate, openCheatGate, until } from './cheat-gate.ts';
import type { CrookedLine } from './crooked-line.ts';
import { type GateProps, type GateRider, ridingCard } from './gate-props.ts';
import { expectDone, newId } from './phone.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Ride, owe, come again under another token. What stops it is what the gate then says. */
export async function leaveDebt(props: GateProps): Promise<CheatResult> {
  const line = await props.line();
  const debtor = await props.newRider('no_funds');
  const owedMinor = await rideYesterday(props, line, debtor);
  if (owedMinor === 0) return { outcome: 'passed', because: 'nothing is owed' };
  const again = await addAgain(props, debtor);
  const gate = await openBus(props, line, 0);
  const phone = again.handset.host.airOf('transit');
  const { outcome, code, sequence = 0 } = await gate.tap(phone);
  if (outcome === 'opened') return { outcome: 'passed', because: 'the new token rides' };
  await bringHome(gate);
  await judged(props, gate, sequence);
  const state = await pay(props, again);
  await hearOfList(props, gate);
  const after = await gate.tap(phone);
  if (state !== 'approved' || after.outcome !== 'opened') {
    return { outcome: 'passed', because: `payment ${state}, then ${after.code ?? after.outcome}` };
  }
  const paid = formatAmount(BigInt(owedMinor), CNY);
  return {
    outcome: 'refused',
    code,
    because: `same account; ${paid} paid, and it opened`,
  };
}

/** One ride on a bus whose clock is a day behind, and the closing of that day; what is owed then. */
async function rideYesterday(
  props: GateProps,
  line: CrookedLine,
  debtor: GateRider,
): Promise<number> {
  const { clock, operator } = props.stage;
  const bus = await openBus(props, line, DAY_MS);
  const { sequence = 0 } = await bus.tap(debtor.handset.host.airOf('transit'));
  await bringHome(bus);
  await judged(props, bus, sequence);
  const day = dayName(dayNumber(clock.nowMs() - DAY_MS, demoPolicy.serviceDayStartMs));
  expectDone(await operator(transit.closeDay, { day }));
  await until(clock, async () => {
    const { charges } = await viewOf(debtor);
    return charges.some(({ state }) => state !== 'asking');
  });
  return (await viewOf(debtor)).openDebtMinor;
}

/** A bus of one price, behind the line; its clock is so far behind. */
async function openBus(props: GateProps, line: CrookedLine, behindMs: number): Promise<CheatGate> {
  Object.assign(line.lies, { behindMs, list: undefined });
  const name = `crooked-${toHex(props.stage.random(4))}`;
  const place = { operator: 'gongjiao', station: '', line: name, route: '12' };
  return openCheatGate(line.site, place, 'none', 1);
}

/** Wait for the verdict on a tap. */
async function judged({ stage }: GateProps, { gateId }: CheatGate, sequence: number) {
  await until(stage.clock, async () => {
    const held = await stage.operator(transit.tap, { gateId, sequence });
    return !isRefused(held) && (held.verdict === 'good' || held.verdict === 'refused');
  });
}

/** Remove the card from the phone and add it again: another token. */
async function addAgain({ stage }: GateProps, debtor: GateRider): Promise<GateRider> {
  const { handset, card, tokenReference } = debtor;
  const { phone } = handset;
  const ask = { requestId: newId(stage.random), deviceId: phone.deviceId, tokenReference };
  expectDone(await phone.call(wallet.changeCard, { ...ask, event: 'remove' }));
  await phone.erase(tokenReference);
  return { ...debtor, ...(await ridingCard(handset, card)) };
}

/** The rider has money now, and pays what is owed; the refused tap is what the payment names. */
async function pay({ stage }: GateProps, rider: GateRider): Promise<string> {
  const { handset, tokenReference, mobile } = rider;
  const { phone } = handset;
  const secret = stage.sims.secretOf(mobile) ?? '';
  const anyone = connectTo(stage.fetch, unsigned, stage.clock);
  const { cards } = expectDone(await anyone(issuer.appCards, { mobile, secret }));
  for (const { cardId: accountId } of cards) {
    const ask = { requestId: newId(stage.random), accountId, behaviour: 'plain' } as const;
    expectDone(await stage.operator(issuer.behave, ask));
  }
  await until(stage.clock, async () => (await viewOf(rider)).canPayNow);
  const ask = { requestId: newId(stage.random), deviceId: phone.deviceId, tokenReference };
  return expectDone(await phone.call(wallet.transitPay, ask)).state;
}

/** Wait until the gate has asked for the list once more; whatever accounts wish is then in it. */
async function hearOfList({ stage }: GateProps, gate: CheatGate): Promise<void> {
  const sinceMs = stage.clock.nowMs();
  await gate.set({ isOffline: false });
  await gate.until(({ list }) => (list?.issuedAtMs ?? 0) >= sinceMs);
}

async function viewOf({ handset, tokenReference }: GateRider) {
  const { phone } = handset;
  const { deviceId } = phone;
  return expectDone(await phone.call(wallet.transit, { deviceId, tokenReference }));
}
