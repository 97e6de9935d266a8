/** A line between two services that loses, delays, doubles and reorders whole frames, and drops. */
import { type Link, LinkDown } from '@octavo/domain/ports.ts';
import type { Faults, Leg } from './faults.ts';
import type { Owner, Scheduler } from './scheduler.ts';

/** What a line needs of its world. */
export type Ether = {
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  /** Carries what is under way; it never dies. */
  readonly nature: Owner;
};

/** A line: the caller's end, the listener's end, and what a death at one end does. */
export type Wire = {
  readonly links: readonly [Link, Link];
  /** The owner of an end is dead: the other end learns it, its own reader never does. */
  die(owner: Owner): void;
};

/** Open a line. Frames keep their order unless a fault takes one out of it. */
export function openWire(ether: Ether, leg: Leg, owners: readonly [Owner, Owner]): Wire {
  const ends = [createEnd(owners[0]), createEnd(owners[1])] as const;
  const isOver = () => ends[0].closed || ends[1].closed;

  /** Nothing more passes; each reader ends after what has come in. */
  const endAfterFrames = (end: End): void =>
    end.queue(ether, () => {
      end.end();
    });
  const drop = (): void => {
    for (const end of ends) {
      end.closed = true;
      end.clear();
      endAfterFrames(end);
    }
  };
  const close = (near: End, far: End): void => {
    if (near.closed) return;
    near.closed = true;
    far.closed = true;
    near.end();
    endAfterFrames(far);
  };
  const send = (far: End, frame: Uint8Array): void => {
    if (isOver()) throw new LinkDown('the line is down');
    const fate = ether.faults.frame(leg, frame);
    const bytes = frame.slice();
    const arrive = () => far.queue(ether, () => far.put(bytes));
    const arriveIn = (delayMs: number) =>
      void ether.scheduler.sleep(ether.nature, delayMs).then(() => {
        if (!isOver()) far.put(bytes);
      });
    if (fate.kind === 'arrives' || fate.kind === 'doubled') arrive();
    if (fate.kind === 'line_drops') drop();
    if ('delayMs' in fate) arriveIn(fate.delayMs);
  };
  const linkOf = (owner: Owner, near: End, far: End): Link => ({
    send: (frame) => ether.scheduler.call(owner, () => send(far, frame)),
    frames: near.frames(() => close(near, far)),
    close: () => close(near, far),
  });
  const [caller, listener] = ends;
  const links = [linkOf(owners[0], caller, listener), linkOf(owners[1], listener, caller)] as const;
  return {
    links,
    die: (owner) => {
      if (isOver()) return;
      caller.closed = true;
      listener.closed = true;
      endAfterFrames(owner === owners[0] ? listener : caller);
    },
  };
}

type End = {
  closed: boolean;
  put(frame: Uint8Array): void;
  end(): void;
  /** Let something happen to this end once everything queued before has happened. */
  queue(ether: Ether, event: () => void): void;
  clear(): void;
  frames(onReaderGone: () => void): AsyncIterable<Uint8Array>;
};

function createEnd(owner: Owner): End {
  const inbox: Uint8Array[] = [];
  const underWay: (() => void)[] = [];
  let ended = false;
  let wake = () => {};
  async function* read(onReaderGone: () => void): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        const frame = inbox.shift();
        if (frame !== undefined) yield frame;
        else if (ended) return;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      onReaderGone();
    }
  }
  return {
    closed: false,
    put: (frame) => {
      if (ended || !owner.alive) return;
      inbox.push(frame);
      wake();
    },
    end: () => {
      ended = true;
      if (owner.alive) wake();
    },
    queue: ({ scheduler, nature }, event) => {
      underWay.push(event);
      // Whichever of the waiting deliveries is chosen, the oldest event happens.
      void scheduler.call(nature, () => underWay.shift()?.());
    },
    clear: () => void underWay.splice(0),
    frames: read,
  };
}
