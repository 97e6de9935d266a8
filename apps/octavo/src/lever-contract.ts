/** What the operator may do to a running world: spoil its lines, end its services, move its clock on. */
import { serviceNames } from '@octavo/services/compose';
import { endpoint } from '@octavo/services/endpoint';
import { z } from 'zod';
import { FURTHEST_MOVE_MS } from './lever-clock.ts';
import { lineNames } from './lever-lines.ts';

const Nothing = z.strictObject({});
const Count = z.int().min(0);
const NextFrames = z.int().min(0).max(1_000);
const DelayMs = z.int().min(0).max(60_000);

/** What is ordered for one direction of a line, and what became of its frames so far. */
const Way = z.strictObject({
  cut: z.boolean(),
  delayMs: DelayMs,
  loseNext: NextFrames,
  doubleNext: NextFrames,
  reorderNext: NextFrames,
  passed: Count,
  lost: Count,
  delayed: Count,
  doubled: Count,
  reordered: Count,
  underWay: Count,
});

/** One line; `forth` is from who dials to who listens, in the order of its name. */
const Line = z.strictObject({
  line: z.enum(lineNames),
  down: z.boolean(),
  links: Count,
  forth: Way,
  back: Way,
});

/** How the lines stand. */
export const lines = endpoint({
  path: '/operator/lines',
  summary: 'What is ordered for the lines between institutions, and what became of their frames',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Nothing,
  answer: z.strictObject({ lines: z.array(Line) }),
});

/** Spoil a line or heal it. A line that is cut both ways is down: its links drop and none can be opened. */
export const setLine = endpoint({
  path: '/operator/set-line',
  summary: 'Cut, delay, lose, double or reorder frames of a line, or heal it',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'safe by state',
  body: z.strictObject({
    line: z.enum(lineNames),
    direction: z.enum(['forth', 'back', 'both']),
    /** First take back what was ordered before. */
    heal: z.boolean().optional(),
    cut: z.boolean().optional(),
    delayMs: DelayMs.optional(),
    loseNext: NextFrames.optional(),
    doubleNext: NextFrames.optional(),
    reorderNext: NextFrames.optional(),
  }),
  answer: Line,
});

const ServiceName = z.enum(serviceNames);

const ServiceView = z.strictObject({
  name: ServiceName,
  state: z.enum(['running', 'killed']),
  sinceMs: z.int(),
  restarts: Count,
});

/** How the services stand. */
export const services = endpoint({
  path: '/operator/services',
  summary: 'Which services run, and since when',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Nothing,
  answer: z.strictObject({ services: z.array(ServiceView) }),
});

/** End a service where it stands: its links drop, its work stops, and it answers `unavailable`. */
export const kill = endpoint({
  path: '/operator/kill',
  summary: 'End a service where it stands',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'safe by state',
  body: z.strictObject({ service: ServiceName }),
  answer: ServiceView,
});

/** Build a service anew on its tables, whether it runs or not. */
export const restart = endpoint({
  path: '/operator/restart',
  summary: 'Build a service anew on its tables',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'safe by state',
  body: z.strictObject({ service: ServiceName }),
  answer: ServiceView,
});

const Clock = z.strictObject({ nowMs: z.int(), offsetMs: z.int().min(0) });

/** The world's time, and how far it is ahead of the machine's. */
export const clock = endpoint({
  path: '/operator/clock',
  summary: 'The time in this world',
  callers: ['operator'],
  perMinute: 6000,
  repeat: 'reads only',
  body: Nothing,
  answer: Clock,
});

/** Move the clock on: codes expire, repeats come due, and tomorrow comes. It never goes back. */
export const moveClock = endpoint({
  path: '/operator/move-clock',
  summary: 'Move the time in this world on',
  callers: ['operator'],
  perMinute: 600,
  repeat: 'safe by state',
  body: z.strictObject({ byMs: z.int().min(0).max(FURTHEST_MOVE_MS) }),
  answer: Clock,
});
