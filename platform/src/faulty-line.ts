/**
 * A line between two institutions whose operator may spoil it: cut, delay, lose, double and reorder whole frames.
 * Each end spoils what it sends. While nothing is ordered a frame goes straight on.
 */
import { type Clock, type Dial, type Link, LinkDown } from '@octavo/domain/ports.ts';

/** `forth` is from who dials to who listens. */
export type Direction = 'forth' | 'back';

/** What is ordered for one direction. */
export type LineOrders = {
  /** Every frame is lost. When both directions are cut the links drop and nobody can dial. */
  readonly cut: boolean;
  /** How long every frame takes. */
  readonly delayMs: number;
  /** How many of the next frames are lost. */
  readonly loseNext: number;
  /** How many of the next frames arrive twice. */
  readonly doubleNext: number;
  /** How many of the next frames are held until another one has passed, or for `LONGEST_HOLD_MS`. */
  readonly reorderNext: number;
};

/** What became of the frames of one direction, counted. */
export type LineCounts = {
  readonly passed: number;
  readonly lost: number;
  readonly delayed: number;
  readonly doubled: number;
  readonly reordered: number;
  /** Those that are on their way now. */
  readonly underWay: number;
};

/** What an order made of a frame; `late` when it was ordered to take its time. */
export type FrameFate = 'lost' | 'late' | 'doubled' | 'held';

/** The line. */
export type FaultyLine = {
  /** The caller's end: rejects with `LinkDown` while the line is cut both ways. */
  dial(dial: Dial): Dial;
  /** The listener's end; undefined, and the link closed, while the line is cut both ways. */
  accept(link: Link): Link | undefined;
  /** Change what is ordered for a direction; what is left out stays. */
  order(direction: Direction, orders: Partial<LineOrders>): void;
  read(direction: Direction): LineOrders & LineCounts;
  /** How many links stand at the listener's end. */
  links(): number;
  /** The line is gone with its world: what is under way never arrives. */
  end(): void;
};

/** Nothing is spoilt. */
export const healed: LineOrders = {
  cut: false,
  delayMs: 0,
  loseNext: 0,
  doubleNext: 0,
  reorderNext: 0,
};

/** How long a frame is held when no other one comes to pass it. */
export const LONGEST_HOLD_MS = 5_000;

/** Make a line. `tell` hears of every frame that did not go straight on. */
export function faultyLine(
  clock: Clock,
  tell: (direction: Direction, fate: FrameFate) => void = () => {},
): FaultyLine {
  const over = new AbortController();
  const ways = { forth: createWay(), back: createWay() };
  const callers = new Set<Link>();
  const listeners = new Set<Link>();
  const isDown = () => ways.forth.orders.cut && ways.back.orders.cut;
  const end = (direction: Direction, link: Link, links: Set<Link>): Link => {
    const way = ways[direction];
    links.add(link);
    const passage = {
      clock,
      way,
      over: over.signal,
      tell: (fate: FrameFate) => tell(direction, fate),
    };
    return {
      send: (frame) => send(passage, link, frame),
      frames: framesUntilGone(link, () => links.delete(link)),
      close: () => {
        links.delete(link);
        link.close();
      },
    };
  };
  return {
    dial: (dial) => async () => {
      if (isDown()) throw new LinkDown('the line is cut');
      return end('forth', await dial(), callers);
    },
    accept: (link) => {
      if (!isDown()) return end('back', link, listeners);
      link.close();
      return undefined;
    },
    order: (direction, orders) => {
      Object.assign(ways[direction].orders, orders);
      if (isDown()) for (const link of [...callers, ...listeners]) link.close();
    },
    read: (direction) => ({ ...ways[direction].orders, ...ways[direction].counts }),
    links: () => listeners.size,
    end: () => {
      over.abort();
      for (const { held } of Object.values(ways)) held?.release.abort();
    },
  };
}

type Changing<T> = { -readonly [Name in keyof T]: T[Name] };

type Way = {
  readonly orders: Changing<LineOrders>;
  readonly counts: Changing<LineCounts>;
  /** A frame that waits for another one to pass it, and how it is let go. */
  held: { readonly release: AbortController } | undefined;
};

type Passage = {
  readonly clock: Clock;
  readonly way: Way;
  readonly over: AbortSignal;
  readonly tell: (fate: FrameFate) => void;
};

function createWay(): Way {
  const counts = { passed: 0, lost: 0, delayed: 0, doubled: 0, reordered: 0, underWay: 0 };
  return { orders: { ...healed }, counts, held: undefined };
}

/** The frames of a link, and word when there will be no more. */
async function* framesUntilGone(link: Link, gone: () => void): AsyncGenerator<Uint8Array, void> {
  try {
    yield* link.frames;
  } finally {
    gone();
  }
}

function send(passage: Passage, link: Link, frame: Uint8Array): Promise<void> {
  const { orders, counts, held } = passage.way;
  if (held === undefined && isHealed(orders)) {
    return link.send(frame).then(() => void counts.passed++);
  }
  return spoil(passage, link, frame.slice());
}

function isHealed({ cut, delayMs, loseNext, doubleNext, reorderNext }: LineOrders): boolean {
  return !cut && delayMs + loseNext + doubleNext + reorderNext === 0;
}

/** What is ordered for a frame, each order that counts used up by one. The sender waits for nothing but the line. */
async function spoil(passage: Passage, link: Link, frame: Uint8Array): Promise<void> {
  const { way, clock, over, tell } = passage;
  const { orders, counts } = way;
  const { cut, delayMs } = orders;
  if (cut || takeOne(orders, 'loseNext')) {
    lose(passage);
    return;
  }
  const isDoubled = takeOne(orders, 'doubleNext');
  if (isDoubled) {
    counts.doubled++;
    tell('doubled');
  }
  const isHeld = takeOne(orders, 'reorderNext');
  const copies = isDoubled ? [frame, frame] : [frame];
  if (delayMs === 0) {
    await arrive(passage, link, copies, isHeld);
    return;
  }
  counts.delayed++;
  counts.underWay++;
  tell('late');
  void clock.sleep(delayMs, over).then(async () => {
    counts.underWay--;
    if (over.aborted) return;
    if (orders.cut) lose(passage);
    else await unlessDown(passage, arrive(passage, link, copies, isHeld));
  });
}

function takeOne(
  orders: Changing<LineOrders>,
  name: 'loseNext' | 'doubleNext' | 'reorderNext',
): boolean {
  if (orders[name] === 0) return false;
  orders[name]--;
  return true;
}

function lose({ way, tell }: Passage): void {
  way.counts.lost++;
  tell('lost');
}

/** A frame is at the far end: it waits to be passed, or passes the one that waits. */
async function arrive(
  passage: Passage,
  link: Link,
  copies: readonly Uint8Array[],
  isHeld: boolean,
): Promise<void> {
  const { way } = passage;
  if (isHeld && way.held === undefined) {
    hold(passage, link, copies);
    return;
  }
  await pass(way, link, copies);
  way.held?.release.abort();
}

async function pass(way: Way, link: Link, copies: readonly Uint8Array[]): Promise<void> {
  for (const copy of copies) await link.send(copy);
  way.counts.passed++;
}

function hold(passage: Passage, link: Link, copies: readonly Uint8Array[]): void {
  const { way, clock, over, tell } = passage;
  const release = new AbortController();
  way.held = { release };
  way.counts.reordered++;
  way.counts.underWay++;
  tell('held');
  void clock.sleep(LONGEST_HOLD_MS, release.signal).then(async () => {
    way.held = undefined;
    way.counts.underWay--;
    if (!over.aborted) await unlessDown(passage, pass(way, link, copies));
  });
}

/** A frame whose link dropped while it was under way is lost; nobody waits to be told. */
async function unlessDown(passage: Passage, sending: Promise<void>): Promise<void> {
  try {
    await sending;
  } catch (error) {
    if (!(error instanceof LinkDown)) throw error;
    lose(passage);
  }
}
