/**
 * Runs the gate: keeps the field on, asks the gate about each phone that comes near until the answer is there, and lets
 * the phone see how it ended. A tap goes out again under the same id after a lost line, so that it is taken once.
 */
import { ConnectionLost, Refused } from '../kit/ask.ts';
import type { Stage, TapAnswer } from './api.ts';
import {
  dueAtMs,
  type End,
  nextPassage,
  type Passage,
  type PassageEvent,
  READY,
} from './passage.ts';

/** What a reader hears from the air. */
export type Heard =
  | { readonly kind: 'phone'; readonly state: 'away' | 'nearby' | 'near' }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'beat' };

/** What a desk needs. */
export type DeskPorts = {
  readonly tap: (requestId: string) => Promise<TapAnswer>;
  readonly progress: (requestId: string) => Promise<Stage>;
  /** The field is on while this is followed. */
  readonly field: (signal: AbortSignal) => AsyncIterable<Heard>;
  /** Let the phone see how it ended. */
  readonly show: (end: End) => Promise<void>;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

/** A desk: what the gate shows, and what happens to it. */
export type Desk = {
  readonly passage: () => Passage;
  /** Take the field back from another window. */
  readonly again: () => void;
  readonly subscribe: (onChange: () => void) => () => void;
  /** Turn the field off for good. */
  readonly close: () => void;
};

/** Open a desk; its field is on from now on. */
export function openDesk(ports: DeskPorts): Desk {
  let passage: Passage = READY;
  let field: AbortController | undefined;
  let isClosed = false;
  const hearers = new Set<() => void>();

  const send = (event: PassageEvent): void => {
    if (isClosed) return;
    const before = passage;
    passage = nextPassage(passage, event);
    if (passage === before) return;
    if (passage.kind === 'elsewhere') field = undefined;
    else if (before.kind === 'elsewhere') turnOn();
    if (passage.kind === 'tapping' && tapUnder(before) !== passage.requestId) {
      const current = () => (isClosed ? undefined : tapUnder(passage));
      void runTap(ports, { send, current }, passage.requestId);
    }
    if (passage.kind === 'shown' && before.kind === 'tapping') {
      void ports.show(passage.end).catch(orNobody);
      tickWhenDue();
    }
    for (const hear of hearers) hear();
  };
  const turnOn = (): void => {
    const signal = new AbortController();
    field = signal;
    void followField(ports, send, signal.signal);
  };
  /** What is due by itself may be early by a whisker; then it is asked for again. */
  const tickWhenDue = (): void => {
    const due = dueAtMs(passage, ports.nowMs());
    if (due === undefined || isClosed) return;
    const shown = passage;
    void ports.wait(Math.max(1, due - ports.nowMs())).then(() => {
      if (isEndOf(shown, passage)) {
        send({ kind: 'time', requestId: ports.newId(), nowMs: ports.nowMs() });
        tickWhenDue();
      }
    });
  };
  turnOn();
  return {
    passage: () => passage,
    again: () => send({ kind: 'again' }),
    subscribe: (onChange) => {
      hearers.add(onChange);
      return () => hearers.delete(onChange);
    },
    close: () => {
      isClosed = true;
      field?.abort();
    },
  };
}

/** Keep the field on until the signal ends it, or another reader takes the place. */
async function followField(
  ports: DeskPorts,
  send: (event: PassageEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const phone = (place: 'away' | 'nearby' | 'near' | 'unknown') =>
    send({ kind: 'phone', place, requestId: ports.newId(), nowMs: ports.nowMs() });
  while (!signal.aborted) {
    try {
      for await (const heard of ports.field(signal)) {
        if (signal.aborted) return;
        if (heard.kind === 'replaced') return send({ kind: 'replaced' });
        if (heard.kind === 'phone') phone(heard.state);
      }
    } catch (error) {
      if (!signal.aborted && !(error instanceof ConnectionLost)) throw error;
    }
    if (signal.aborted) return;
    phone('unknown');
    await ports.wait(RETRY_MS);
  }
}

/** Ask the gate until its answer is there. */
async function runTap(
  ports: DeskPorts,
  desk: {
    readonly send: (event: PassageEvent) => void;
    readonly current: () => string | undefined;
  },
  requestId: string,
): Promise<void> {
  void followProgress(ports, desk, requestId);
  const end = (how: End) => desk.send({ kind: 'ended', requestId, end: how, nowMs: ports.nowMs() });
  while (desk.current() === requestId) {
    try {
      return end(await ports.tap(requestId));
    } catch (error) {
      if (error instanceof Refused && !NOT_NOW.includes(error.code)) {
        return end({ outcome: 'refused', code: error.code as NonNullable<End['code']> });
      }
      if (error instanceof ConnectionLost) desk.send({ kind: 'lost', requestId });
      else if (!(error instanceof Refused)) throw error;
    }
    await ports.wait(RETRY_MS);
  }
}

async function followProgress(
  ports: DeskPorts,
  desk: {
    readonly send: (event: PassageEvent) => void;
    readonly current: () => string | undefined;
  },
  requestId: string,
): Promise<void> {
  for (;;) {
    await ports.wait(PROGRESS_MS);
    if (desk.current() !== requestId) return;
    const stage = await ports.progress(requestId).catch(orUnknown);
    if (stage === 'deciding') desk.send({ kind: 'deciding', requestId });
  }
}

/** How long before a lost line or a busy gate is tried again. */
const RETRY_MS = 700;

/** How often the gate is asked how far it has come. */
const PROGRESS_MS = 150;

/** Codes that say: not now. The request was not taken and may come again under the same id. */
const NOT_NOW: readonly string[] = ['gate.busy', 'busy', 'request.too_often'];

function tapUnder(passage: Passage): string | undefined {
  return passage.kind === 'tapping' ? passage.requestId : undefined;
}

/** Whether it is still the same end that is shown, wherever the phone has gone meanwhile. */
function isEndOf(shown: Passage, now: Passage): boolean {
  return shown.kind === 'shown' && now.kind === 'shown' && shown.end === now.end;
}

/** What went wrong the tap itself tells; its progress is only a hint. */
function orUnknown(error: unknown): 'unknown' {
  if (error instanceof ConnectionLost || error instanceof Refused) return 'unknown';
  throw error;
}

/** A phone that has gone sees nothing, and misses nothing that is not in its trips. */
function orNobody(error: unknown): void {
  if (error instanceof ConnectionLost || error instanceof Refused) return;
  throw error;
}
