/** What goes wrong, and how often: every rate is drawn from the seed, so that seeds differ in kind and not only in luck. */
import type { Chance } from './chance.ts';

/** The legs that messages travel. */
export type Leg = 'terminal-acquirer' | 'acquirer-network' | 'network-issuer';

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

/** What went wrong, counted. */
export type Tally = Record<
  | Exclude<FrameFate['kind'], 'arrives'>
  | 'calls'
  | 'statements'
  | 'slow_calls'
  | 'fields_lost'
  | 'crashes',
  number
>;

/** The faults of one world. Once calmed nothing goes wrong any more. */
export type Faults = {
  readonly rates: Rates;
  readonly tally: Tally;
  calm(): void;
  frame(leg: Leg, frame: Uint8Array): FrameFate;
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
  const rate = (most: number) => (chance.happens(0.35) ? 0 : (chance.below(1000) / 1000) * most);
  return {
    frameLost: rate(0.06),
    frameLate: rate(0.1),
    frameOvertaken: rate(0.06),
    frameDoubled: rate(0.08),
    lineDrops: rate(0.012),
    callLost: rate(0.05),
    callDoubled: rate(0.05),
    storageFails: rate(0.006),
    slow: rate(0.02),
    fieldLost: rate(0.02),
    crash: crashes ? rate(0.004) : 0,
  };
}

/** Decides about a frame; undefined leaves it to chance. */
export type FrameScript = (leg: Leg, frame: Uint8Array) => FrameFate | undefined;

/** Faults at these rates. `script` decides first; where it says nothing, chance does. */
export function createFaults(
  rates: Rates,
  chance: Chance,
  script: FrameScript | undefined = undefined,
): Faults {
  let calm = false;
  const tally: Tally = {
    lost: 0,
    late: 0,
    overtaken: 0,
    doubled: 0,
    line_drops: 0,
    calls: 0,
    statements: 0,
    slow_calls: 0,
    fields_lost: 0,
    crashes: 0,
  };
  const happens = (rate: number) => !calm && rate > 0 && chance.happens(rate);
  const milliseconds = (mostSeconds: number) => 1 + chance.below(mostSeconds * 1000);
  const counted = (kind: keyof Tally, rate: number): boolean => {
    if (!happens(rate)) return false;
    tally[kind]++;
    return true;
  };
  const drawFrame = (): FrameFate => {
    if (happens(rates.frameLost)) return { kind: 'lost' };
    if (happens(rates.frameLate)) {
      return { kind: 'late', delayMs: milliseconds(chance.pick([3, 40, 150])) };
    }
    if (happens(rates.frameOvertaken)) return { kind: 'overtaken', delayMs: milliseconds(2) };
    if (happens(rates.frameDoubled)) {
      return { kind: 'doubled', delayMs: milliseconds(chance.pick([1, 90])) };
    }
    return happens(rates.lineDrops) ? { kind: 'line_drops' } : { kind: 'arrives' };
  };
  return {
    rates,
    tally,
    calm: () => {
      calm = true;
    },
    frame: (leg, frame) => {
      const fate = (calm ? undefined : script?.(leg, frame)) ?? drawFrame();
      if (fate.kind !== 'arrives') tally[fate.kind]++;
      return fate;
    },
    call: () => {
      if (counted('calls', rates.callLost)) {
        return chance.pick(['request_lost', 'answer_lost', 'unreachable'] as const);
      }
      return counted('calls', rates.callDoubled) ? 'doubled' : 'arrives';
    },
    statement: () =>
      counted('statements', rates.storageFails)
        ? chance.pick(['fails_before', 'fails_after'] as const)
        : 'done',
    slownessMs: () =>
      counted('slow_calls', rates.slow) ? 1 + chance.below(chance.pick([50, 1_000, 20_000])) : 0,
    fieldLost: () => counted('fields_lost', rates.fieldLost),
    crash: () =>
      happens(rates.crash) ? chance.pick(['dies_before', 'dies_after'] as const) : 'none',
    downMs: () => 100 + chance.below(chance.pick([1_000, 20_000, 120_000])),
  };
}
