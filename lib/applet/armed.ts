/**
 * What being verified is good for: which instance is armed, for what, and how long it still is.
 * One instance at a time is armed, for one purchase and at most sixty seconds.
 * @see profile octavo-1, section 8
 */
import { equal, fromHex, fromUint } from '../bytes/bytes.ts';
import type { Aid } from '../globalplatform/aids.ts';
import { encodeTlv, tlv } from '../tlv/tlv.ts';
import type { Arming, ArmTarget, AskMode, ElementState, Purchase } from './state.ts';

/** How long a verified holder stands good, on the host's clock. */
const ARMED_MS = 60_000;

/** How long the holder may take to answer: a page must not keep an answer for a better moment. */
const ARM_UNDER_WAY_MS = 120_000;

/** How a mode is written in a command and in its challenge. */
export const MODE_BYTES: Readonly<Record<AskMode, number>> = { ready: 1, confirm: 2, express: 3 };

/** What is armed for an instance at this moment, or undefined. */
export function armedFor(state: ElementState, aid: Aid, nowMs: number): ArmTarget | undefined {
  const armed = armedNow(state, nowMs);
  return armed?.aid === aid ? armed : undefined;
}

/** What is armed at this moment, whichever instance it is. */
export function armedNow({ passing }: ElementState, nowMs: number): ArmTarget | undefined {
  const { arming } = passing;
  return arming.kind === 'armed' && armedMsLeft(arming, nowMs) > 0 ? arming : undefined;
}

/** Whether what is armed covers a purchase: any in mode ready, the confirmed one in mode confirm. */
export function covers(armed: ArmTarget, purchase: Purchase): boolean {
  if (armed.mode === 'ready') return true;
  return equal(armed.amount, purchase.amount) && equal(armed.currency, purchase.currency);
}

/** The object DF03: what is armed and for how long, empty when nothing is. */
export function armedState(state: ElementState, nowMs: number): Uint8Array {
  const { arming } = state.passing;
  const left = armedMsLeft(arming, nowMs);
  if (arming.kind !== 'armed' || left === 0) return encodeTlv([tlv('DF03', new Uint8Array(0))]);
  const objects = encodeTlv([
    tlv('4F', fromHex(arming.aid)),
    tlv('80', Uint8Array.of(MODE_BYTES[arming.mode])),
    tlv('81', fromUint(left, 4)),
  ]);
  return encodeTlv([tlv('DF03', objects)]);
}

function armedMsLeft(arming: Arming, nowMs: number): number {
  return arming.kind === 'armed' ? msLeft(arming.sinceMs, ARMED_MS, nowMs) : 0;
}

// A clock that went back ends it too: turning the clock must not lengthen the minute.
function msLeft(sinceMs: number, lengthMs: number, nowMs: number): number {
  return nowMs < sinceMs ? 0 : Math.ceil(Math.max(0, sinceMs + lengthMs - nowMs));
}

/** The arming that waits for its holder, if one still does. */
export function underWay(state: ElementState, nowMs: number): ArmingUnderWay | undefined {
  const { arming } = state.passing;
  return arming.kind === 'underWay' && msLeft(arming.sinceMs, ARM_UNDER_WAY_MS, nowMs) > 0
    ? arming
    : undefined;
}

/** Somebody is being asked. */
export type ArmingUnderWay = Extract<Arming, { kind: 'underWay' }>;
