/** What goes wrong, and how often: every rate is drawn from the seed, so that seeds differ in kind and not only in luck. */
import type { Chance } from './chance.ts';

/** What becomes of one frame on a line. */
export type FrameFate =
  | { readonly kind: 'arrives' | 'lost' | 'line_drops' }
  | { readonly kind: 'late' | 'overtaken' | 'doubled'; readonly delayMs: number };

/** What becomes of one call between services. */
export type CallFate = 'arrives' | 'request_lost' | 'answer_lost' | 'unreachable' | 'doubled';

/** What becomes of one statement. */
export type StatementFate = 'done' | 'fails_before' | 'fails_after';

/** How often each thing goes wrong, 0 to 1. */
export type Rates = {
  readonly frameLost: number;
  readonly frameLate: number;
  readonly frameOvertaken: number;
  readonly frameDoubled: number;
  readonly lineDrops: number;
  readonly callLost: number;
  readonly callDoubled: number;
  readonly storageFails: number;
  readonly slow: number;
  readonly fieldLost: number;
  readonly crash: number;
};

/** The faults of one world. Once calmed nothing goes wrong any more. */
export type Faults = {
  readonly rates: Rates;
  calm(): void;
  frame(leg: string): FrameFate;
  call(): CallFate;
  statement(): StatementFate;
  /** How long a port call takes beyond nothing, before its effect. */
  slownessMs(): number;
  /** Whether the phone leaves the field at this command. */
  fieldLost(): boolean;
  /** Whether a service dies at this call, and whether the call's effect still happens. */
  crash(): 'none' | 'dies_before' | 'dies_after';
  /** How long a dead service stays away. */
  downMs(): number;
};

/** No faults at all. */
export const noFaults: Rates = {
  frameLost: 0,
  frameLate: 0,
  frameOvertaken: 0,
  frameDoubled: 0,
  lineDrops: 0,
  callLost: 0,
  callDoubled: 0,
  storageFails: 0,
  slow: 0,
  fieldLost: 0,
  crash: 0,
};

/** Draw a seed's rates. A seed may spare the world a kind of fault altogether. */
export function drawRates(chance: Chance, crashes: boolean): Rates {
  const rate = (most: number) => (chance.happens(0.25) ? 0 : (chance.below(1000) / 1000) * most);
  return {
    frameLost: rate(0.12),
    frameLate: rate(0.1),
    frameOvertaken: rate(0.1),
    frameDoubled: rate(0.1),
    lineDrops: rate(0.02),
    callLost: rate(0.08),
    callDoubled: rate(0.05),
    storageFails: rate(0.006),
    slow: rate(0.02),
    fieldLost: rate(0.02),
    crash: crashes ? rate(0.006) : 0,
  };
}

/** Faults at these rates. `script` decides first; where it says nothing, chance does. */
export function createFaults(
  rates: Rates,
  chance: Chance,
  script: { readonly frame?: (leg: string) => FrameFate | undefined } = {},
): Faults {
  let calm = false;
  const happens = (rate: number) => !calm && rate > 0 && chance.happens(rate);
  const seconds = (most: number) => 1 + chance.below(most * 1000);
  return {
    rates,
    calm: () => {
      calm = true;
    },
    frame: (leg) => {
      const scripted = calm ? undefined : script.frame?.(leg);
      if (scripted !== undefined) return scripted;
      if (happens(rates.frameLost)) return { kind: 'lost' };
      if (happens(rates.frameLate))
        return { kind: 'late', delayMs: seconds(chance.pick([3, 40, 150])) };
      if (happens(rates.frameOvertaken)) return { kind: 'overtaken', delayMs: chance.below(2_000) };
      if (happens(rates.frameDoubled))
        return { kind: 'doubled', delayMs: seconds(chance.pick([1, 90])) };
      if (happens(rates.lineDrops)) return { kind: 'line_drops' };
      return { kind: 'arrives' };
    },
    call: () => {
      if (happens(rates.callLost)) {
        return chance.pick(['request_lost', 'answer_lost', 'unreachable'] as const);
      }
      return happens(rates.callDoubled) ? 'doubled' : 'arrives';
    },
    statement: () => {
      if (!happens(rates.storageFails)) return 'done';
      return chance.pick(['fails_before', 'fails_after'] as const);
    },
    slownessMs: () =>
      happens(rates.slow) ? 1 + chance.below(chance.pick([50, 1_000, 20_000])) : 0,
    fieldLost: () => happens(rates.fieldLost),
    crash: () =>
      happens(rates.crash) ? chance.pick(['dies_before', 'dies_after'] as const) : 'none',
    downMs: () => 100 + chance.below(chance.pick([1_000, 20_000, 120_000])),
  };
}
