/** What follows a pulled lever, picked from everything the services tell: one line for each thing that matters. */
import { type JourneyEvent, textOf } from '@octavo/lib/journey/event.ts';
import { postingOf } from '@octavo/lib/journey/node.ts';
import type { LineName, ServiceName } from '../api.ts';

/** What a line of the tail says. */
export type TailKind =
  | 'lineChanged'
  | 'frameLost'
  | 'frameLate'
  | 'frameDoubled'
  | 'frameHeld'
  | 'serviceKilled'
  | 'serviceRunning'
  | 'clockMoved'
  | 'reversalSent'
  | 'reversalAgain'
  | 'reversalAnswered'
  | 'booked'
  | 'bookedBack'
  | 'withheld'
  | 'heldBack'
  | 'lateAnswer'
  | 'lineDown'
  | 'lineUp'
  | 'paid'
  | 'declined'
  | 'takenBack'
  | 'unknown';

/** How a line of the tail is meant. */
export type Tone = 'qing' | 'zhu' | 'amber' | 'plain';

/** One line of the tail. */
export type TailLine = {
  readonly sequence: number;
  readonly atMs: number;
  readonly kind: TailKind;
  readonly tone: Tone;
  readonly line?: LineName | undefined;
  /** On a line: from who dials, or back. */
  readonly isBack?: boolean;
  readonly service?: ServiceName | undefined;
  readonly movedMs?: number;
  readonly amountMinor?: bigint | undefined;
  readonly retrievalReference?: string | undefined;
  readonly code?: string | undefined;
};

/** The newest lines, the latest first. */
export function tailOf(events: readonly JourneyEvent[], most: number): readonly TailLine[] {
  const lines: TailLine[] = [];
  for (let index = events.length - 1; index >= 0 && lines.length < most; index -= 1) {
    const event = events[index];
    const line = event && lineOf(event);
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

function lineOf(event: JourneyEvent): TailLine | undefined {
  const { sequence, atMs, type } = event;
  const told = readers[type]?.(event);
  const retrievalReference = textOf(event, 'retrievalReference') || undefined;
  return told && { sequence, atMs, retrievalReference, ...told };
}

type Told = Omit<TailLine, 'sequence' | 'atMs'> | undefined;

const FATES: Readonly<Record<string, readonly [TailKind, Tone]>> = {
  lost: ['frameLost', 'zhu'],
  late: ['frameLate', 'amber'],
  doubled: ['frameDoubled', 'amber'],
  held: ['frameHeld', 'amber'],
};

const ENDS: Readonly<Record<string, readonly [TailKind, Tone]>> = {
  approved: ['paid', 'qing'],
  declined: ['declined', 'zhu'],
  reversed: ['takenBack', 'amber'],
  unknown: ['unknown', 'amber'],
};

/** How each type of event is read; all other types are not of the tail. */
const readers: Readonly<Record<string, (event: JourneyEvent) => Told>> = {
  'lever.line': (event) => ({ kind: 'lineChanged', tone: 'plain', line: lineNamed(event, 'line') }),
  'lever.frame': (event) => {
    const fate = FATES[textOf(event, 'fate')];
    const isBack = textOf(event, 'direction') === 'back';
    return fate && { kind: fate[0], tone: fate[1], line: lineNamed(event, 'line'), isBack };
  },
  'lever.service': (event) => {
    const isRunning = textOf(event, 'state') === 'running';
    const service = serviceNamed(event);
    if (service === undefined) return undefined;
    return isRunning
      ? { kind: 'serviceRunning', tone: 'qing', service }
      : { kind: 'serviceKilled', tone: 'zhu', service };
  },
  'lever.clock': ({ detail }) => ({
    kind: 'clockMoved',
    tone: 'plain',
    movedMs: typeof detail.byMs === 'number' ? detail.byMs : 0,
  }),
  iso8583: reversalOf,
  'ledger.posted': (event) => {
    const { kind, entries } = postingOf(event);
    const amountMinor = entries.find(({ amountMinor: minor }) => minor > 0n)?.amountMinor;
    return kind === 'reversal'
      ? { kind: 'bookedBack', tone: 'qing', amountMinor }
      : { kind: 'booked', tone: 'plain', amountMinor };
  },
  'issuer.answer_withheld': () => ({ kind: 'withheld', tone: 'amber' }),
  'issuer.answer_held_back': () => ({ kind: 'heldBack', tone: 'amber' }),
  'acquirer.refused': (event) =>
    textOf(event, 'code') === 'message.already_reversed' && textOf(event, 'from') === 'network'
      ? { kind: 'lateAnswer', tone: 'amber' }
      : undefined,
  'acquirer.line': (event) =>
    textOf(event, 'state') === 'down'
      ? { kind: 'lineDown', tone: 'zhu', line: 'acquirer-network' }
      : { kind: 'lineUp', tone: 'qing', line: 'acquirer-network' },
  'terminal.outcome': (event) => {
    const end = ENDS[textOf(event, 'outcome')];
    return end && { kind: end[0], tone: end[1], code: textOf(event, 'code') || undefined };
  },
};

function reversalOf(event: JourneyEvent): Told {
  const mti = textOf(event, 'mti');
  if (!mti.startsWith('04')) return undefined;
  const line = lineNamed(event, 'leg');
  if (/[13]/.test(mti[2] ?? '')) {
    return { kind: 'reversalAnswered', tone: 'qing', line, isBack: true };
  }
  return { kind: mti.endsWith('1') ? 'reversalAgain' : 'reversalSent', tone: 'amber', line };
}

const SERVICES: readonly string[] = [
  'issuer',
  'tokens',
  'network',
  'wallet',
  'acquirer',
  'terminal',
  'transit',
  'gate',
] satisfies readonly ServiceName[];

function serviceNamed(event: JourneyEvent): ServiceName | undefined {
  const name = textOf(event, 'name');
  return SERVICES.includes(name) ? (name as ServiceName) : undefined;
}

const LINES: readonly string[] = ['terminal-acquirer', 'acquirer-network', 'network-issuer'];

function lineNamed(event: JourneyEvent, name: string): LineName | undefined {
  const line = textOf(event, name);
  return LINES.includes(line) ? (line as LineName) : undefined;
}
