/** How long a journey took, leg by leg, as far as what was told shows it. */
import { wholeOf } from './event.ts';
import type { Linked } from './links.ts';

/** The stretches of a journey in their order. */
export type Stretch =
  | 'tap'
  | 'terminal_acquirer'
  | 'acquirer_network'
  | 'token_check'
  | 'network_issuer'
  | 'posting'
  | 'back';

/** One stretch and its milliseconds. */
export type Lap = { readonly stretch: Stretch; readonly ms: number };

/**
 * The stretches that both ends are known of. `acquirer_network` ends with the verdict: only where the verdict says how
 * long it took is `token_check` told apart from the line before it.
 */
export function lapsOf(links: readonly Linked[]): readonly Lap[] {
  const marks = marksOf(links);
  const laps: Lap[] = [];
  for (const [index, { stretch, atMs }] of marks.entries()) {
    const from = marks[index - 1]?.atMs;
    if (from !== undefined && stretch !== undefined) {
      laps.push({ stretch, ms: Math.max(atMs - from, 0) });
    }
  }
  return laps.flatMap((lap) => (lap.stretch === 'acquirer_network' ? split(lap, links) : [lap]));
}

/** A moment, and the stretch that ends with it, which begins at the moment before. */
type Mark = { readonly stretch: Stretch | undefined; readonly atMs: number };

function marksOf(links: readonly Linked[]): readonly Mark[] {
  const taps = links.filter(({ event }) => event.type === 'apdu');
  const [first] = taps;
  const requests = (leg: string): Linked | undefined =>
    links.find(({ message }) => isOn(message, leg, /^0[12]0/));
  const marks: readonly (Mark | undefined)[] = [
    first && { stretch: undefined, atMs: first.event.atMs - Number(tookOf(first)) },
    // What the terminal does between reading and asking is part of the tap.
    first && mark('tap', requests('terminal-acquirer') ?? taps.at(-1)),
    mark('terminal_acquirer', requests('acquirer-network')),
    mark('acquirer_network', ofType(links, 'tap.verdict')),
    mark('network_issuer', requests('network-issuer')),
    mark('posting', ofType(links, 'ledger.posted') ?? ofType(links, 'issuer.decision')),
    mark('back', ofType(links, 'terminal.outcome') ?? answered(links)),
  ];
  return marks.filter((one) => one !== undefined);
}

function mark(stretch: Stretch, linked: Linked | undefined): Mark | undefined {
  return linked && { stretch, atMs: linked.event.atMs };
}

/** The answer at the till, where the terminal said nothing. */
function answered(links: readonly Linked[]): Linked | undefined {
  return links.find(({ message }) => isOn(message, 'terminal-acquirer', /^0[12]1/));
}

function isOn(message: Linked['message'], leg: string, type: RegExp): boolean {
  return message?.leg === leg && type.test(message.mti);
}

function ofType(links: readonly Linked[], type: string): Linked | undefined {
  return links.find(({ event }) => event.type === type);
}

function tookOf({ event }: Linked): bigint {
  return wholeOf(event, 'tookMs') ?? 0n;
}

function split(lap: Lap, links: readonly Linked[]): readonly Lap[] {
  const verdict = ofType(links, 'tap.verdict');
  const tookMs = verdict === undefined ? undefined : wholeOf(verdict.event, 'tookMs');
  if (tookMs === undefined) return [lap];
  const check = Math.min(Number(tookMs), lap.ms);
  return [
    { stretch: 'acquirer_network', ms: lap.ms - check },
    { stretch: 'token_check', ms: check },
  ];
}
