/**
 * A phone and its eight leaves: which changes are lawful, and which of them is the default.
 * @see docs/specs.md, tokenisation sheet, section 4, and profile octavo-1, section 1 (at most eight instances)
 */
import { assert } from '@octavo/lib/bytes/assert.ts';
import {
  ADDING_MS,
  type AskedBy,
  asking,
  derivedId,
  type EnrolmentNews,
  firstNewsOfToken,
  hold,
  isBeingAdded,
  type Leaf,
  leafLife,
  newLeaf,
  RETRY_MS,
  release,
  remove,
  type TokenNews,
} from './leaf.ts';
import { type Life, type StateOf, step } from './life.ts';
import type { InstantMs } from './ports.ts';
import { type Done, done, type Refused, refused } from './refusal.ts';

/** How many leaves a phone has; its element holds as many instances. */
const LEAVES = 8;

/** Life of a phone. Lock, unlock and wipe are safe to say twice; a wiped phone opens again by registering it anew. */
export const deviceLife = {
  open: { lock: 'locked', unlock: 'open', wipe: 'wiped', register: 'open' },
  locked: { lock: 'locked', unlock: 'open', wipe: 'wiped', register: 'locked' },
  wiped: { wipe: 'wiped', register: 'open' },
} as const satisfies Life;

/** A phone's state. */
export type DeviceState = StateOf<typeof deviceLife>;

/** A phone. Its leaves stand in the holder's order; identifiers and the certificate are upper-case hexadecimal. */
export type Device = {
  readonly deviceId: string;
  readonly userId: string;
  readonly name: string;
  readonly elementId: string;
  readonly elementCertificate: string;
  readonly state: DeviceState;
  readonly leaves: readonly Leaf[];
  readonly registeredAtMs: InstantMs;
  readonly lockedAtMs: InstantMs | null;
  /** Since when it is locked or wiped; null while it is open. */
  readonly closedAtMs: InstantMs | null;
  readonly version: number;
};

/**
 * Register a phone's element again: the same holder gets the same phone, a wiped one opens for who signed in since.
 * Nobody else can.
 */
export function registerAgain(
  device: Device,
  userId: string,
  name: string,
  signedInAtMs: InstantMs,
): Done<Device> | Refused {
  if (device.userId !== userId) return refused('device.element_taken');
  if (device.state === 'wiped' && !isSince(device, signedInAtMs)) return refused('session.too_old');
  const state = step(deviceLife, device.state, 'register') ?? device.state;
  return done({ ...device, name, state, closedAtMs: state === 'open' ? null : device.closedAtMs });
}

/** Whether somebody signed in after the phone was closed: a session on a stolen phone is older than its lock. */
function isSince({ closedAtMs }: Device, signedInAtMs: InstantMs): boolean {
  return closedAtMs === null || signedInAtMs > closedAtMs;
}

/** Take a leaf for a new card, at the end of the holder's order. */
export function takeLeaf(
  device: Device,
  enrolmentId: string,
  nowMs: InstantMs,
): Done<Device> | Refused {
  assert(device.leaves.length <= LEAVES, 'never more leaves than eight');
  if (device.state === 'wiped') return refused('device.wiped');
  if (device.state === 'locked') return refused('device.locked');
  if (leafOf(device, enrolmentId) !== undefined) return refused('request.key_reused');
  if (device.leaves.length === LEAVES) return refused('wallet.full');
  return done({ ...device, leaves: [...device.leaves, newLeaf(enrolmentId, nowMs)] });
}

/** Free the leaf of an enrolment; a default that goes is passed on. Nothing happens when it is free already. */
export function freeLeaf(device: Device, enrolmentId: string): Device {
  const leaves = device.leaves.map((leaf) =>
    leaf.enrolmentId === enrolmentId ? { ...leaf, state: 'removing' as const } : leaf,
  );
  return {
    ...device,
    leaves: passDefault(leaves).filter((leaf) => leaf.enrolmentId !== enrolmentId),
  };
}

/** The leaf of an enrolment. */
export function leafOf(device: Device, enrolmentId: string): Leaf | undefined {
  return device.leaves.find((leaf) => leaf.enrolmentId === enrolmentId);
}

/** The leaf of a token. */
export function leafOfToken(device: Device, tokenReference: string): Leaf | undefined {
  return device.leaves.find((leaf) => leaf.token?.tokenReference === tokenReference);
}

/**
 * Follow what the token service says of an enrolment. A lapsed one frees its leaf; news that are older than
 * the leaf's state change nothing. The leaf becomes active by its token's news alone.
 */
export function followEnrolment(
  device: Device,
  enrolmentId: string,
  news: EnrolmentNews,
  nowMs: InstantMs,
): Device {
  const leaf = leafOf(device, enrolmentId);
  if (leaf === undefined || !isBeingAdded(leaf)) return device;
  if (news.state === 'lapsed') return freeLeaf(device, enrolmentId);
  const event = news.state === 'code_awaited' ? 'await_code' : 'tokenise';
  const followed: Leaf = {
    ...leaf,
    state: step(leafLife, leaf.state, event) ?? leaf.state,
    card: { face: news.face, cardLastFour: news.cardLastFour },
    token: leaf.token ?? firstNewsOfToken(news),
    lookAtMs: nowMs + ADDING_MS,
  };
  return withLeaf(device, obey(device, followed, nowMs));
}

/** Whether an enrolment's news would change its leaf; the time of the next look aside, which moves with every news. */
export function isNewsTo(device: Device, enrolmentId: string, news: EnrolmentNews): boolean {
  const before = leafOf(device, enrolmentId);
  const after = leafOf(followEnrolment(device, enrolmentId, news, 0), enrolmentId);
  if (before === undefined || after === undefined) return before !== after;
  const isKnown = (before.card === null) === (after.card === null);
  const isSameToken = before.token?.tokenReference === after.token?.tokenReference;
  return before.state !== after.state || !isKnown || !isSameToken;
}

const TOKEN_EVENTS = {
  inactive: 'tokenise',
  active: 'activate',
  suspended: 'suspend',
  deleted: 'delete',
} as const;

/**
 * Follow what the token service says of a token, whoever changed it. A token deleted by others before it was
 * ever active frees its leaf; otherwise the leaf stays until the phone has erased the instance.
 */
export function followToken(device: Device, news: TokenNews, nowMs: InstantMs): Device {
  const leaf = leafOfToken(device, news.tokenReference);
  if (leaf === undefined || news.version < (leaf.token?.version ?? 0)) return device;
  const wanted = device.state === 'wiped' || leaf.ask?.event === 'delete';
  if (news.state === 'deleted' && leaf.state === 'personalising' && !wanted) {
    return freeLeaf(device, leaf.enrolmentId);
  }
  const state = step(leafLife, leaf.state, TOKEN_EVENTS[news.state]) ?? leaf.state;
  const { tokenReference, tokenLastFour, instanceAid, suspendedBy, certified, version } = news;
  const followed: Leaf = {
    ...leaf,
    state,
    card: { face: news.face, cardLastFour: news.cardLastFour },
    token: { tokenReference, tokenLastFour, instanceAid, suspendedBy, certified, version },
    lookAtMs: leaf.ask !== null || state === 'personalising' ? leaf.lookAtMs : null,
  };
  const obeyed = state === leaf.state ? followed : obey(device, followed, nowMs);
  return passOn(withLeaf(device, obeyed));
}

/** A locked phone has no active token and a wiped one none at all, also those that became so only now. */
function obey(device: Device, leaf: Leaf, nowMs: InstantMs): Leaf {
  if (device.state === 'open' || leaf.token === null) return leaf;
  const { tokenReference, version } = leaf.token;
  const requestId = derivedId(['obey', device.deviceId, tokenReference, String(version)]);
  const by: AskedBy = { requestId, commandId: null, nowMs };
  return device.state === 'locked' ? hold(leaf, by) : remove(leaf, by);
}

/** Make a card the one that pays unless another is picked. */
export function setDefault(device: Device, tokenReference: string): Done<Device> | Refused {
  const chosen = leafOfToken(device, tokenReference);
  if (chosen === undefined) return refused('wallet.card_unknown');
  if (chosen.state !== 'active') return refused('wallet.not_paying');
  return done({
    ...device,
    leaves: device.leaves.map((leaf) => ({ ...leaf, isDefault: leaf === chosen })),
  });
}

/** Put the leaves in the holder's order; those that it does not name follow as they stood. */
export function reorder(device: Device, order: readonly string[]): Done<Device> | Refused {
  if (new Set(order).size !== order.length) return refused('request.malformed');
  const named = order.map((enrolmentId) => leafOf(device, enrolmentId));
  const first = named.filter((leaf) => leaf !== undefined);
  if (first.length !== named.length) return refused('wallet.card_unknown');
  const rest = device.leaves.filter((leaf) => !first.includes(leaf));
  return done({ ...device, leaves: [...first, ...rest] });
}

/** The holder's wish about one card. */
export type CardWish = {
  readonly tokenReference: string;
  readonly event: 'suspend' | 'resume' | 'remove';
  readonly commandId: string;
  readonly nowMs: InstantMs;
};

/** Suspend, resume or remove one card: the ask is put on its leaf, which follows when it is answered. */
export function changeLeaf(device: Device, wish: CardWish): Done<Device> | Refused {
  const { tokenReference, commandId, nowMs } = wish;
  const leaf = leafOfToken(device, tokenReference);
  if (leaf === undefined) return refused('wallet.card_unknown');
  if (leaf.state === 'removing') {
    return wish.event === 'remove' ? done(device) : refused('token.deleted');
  }
  if (device.state === 'wiped') return refused('device.wiped');
  if (device.state === 'locked' && wish.event === 'resume') return refused('device.locked');
  if (leaf.ask !== null) return refused('busy');
  const event = wish.event === 'remove' ? 'delete' : wish.event;
  const requestId = derivedId([event, device.deviceId, commandId, tokenReference]);
  const asked = asking(leaf, event, 'HOLDER_REQUEST', { requestId, commandId, nowMs });
  // A card that the holder suspends on a locked phone stays suspended when the phone is unlocked.
  const held = wish.event === 'suspend' ? false : leaf.held;
  return done(passOn(withLeaf(device, { ...asked, held })));
}

/** The holder's wish about the phone. */
export type DeviceWish = {
  readonly event: 'lock' | 'unlock' | 'wipe';
  readonly commandId: string;
  readonly nowMs: InstantMs;
  /** When the session that asks was opened. */
  readonly signedInAtMs: InstantMs;
};

const LEAF_CHANGES = { lock: hold, unlock: release, wipe: remove } as const;

/**
 * Lock, unlock or wipe a phone: its state at once, its tokens as the asks on its leaves are answered. Any session of
 * the holder closes a phone; only one that was opened since opens it again.
 */
export function changeDevice(device: Device, wish: DeviceWish): Done<Device> | Refused {
  const { event, commandId, nowMs } = wish;
  const state = step(deviceLife, device.state, event);
  if (state === undefined) return refused('device.wiped');
  if (event === 'unlock' && !isSince(device, wish.signedInAtMs)) return refused('session.too_old');
  if (event === 'unlock' && device.leaves.some((leaf) => leaf.ask !== null)) return refused('busy');
  const leaves = device.leaves.map((leaf) => {
    const names = [event, device.deviceId, commandId, leaf.enrolmentId];
    return LEAF_CHANGES[event](leaf, { requestId: derivedId(names), commandId, nowMs });
  });
  const lockedAtMs = event === 'lock' ? nowMs : device.lockedAtMs;
  const closedAtMs = state === 'open' ? null : (device.closedAtMs ?? nowMs);
  return done(passOn({ ...device, state, lockedAtMs, closedAtMs, leaves }));
}

/** An ask was answered with the token as it is now. */
export function askAnswered(
  device: Device,
  requestId: string,
  news: TokenNews,
  nowMs: InstantMs,
): Device {
  return clearAsk(followToken(device, news, nowMs), requestId, nowMs);
}

/** An ask was refused for good: it is over, and the leaf stays as the token's own news have it. */
export function clearAsk(device: Device, requestId: string, nowMs: InstantMs): Device {
  const leaf = device.leaves.find((each) => each.ask?.requestId === requestId);
  if (leaf?.ask === null || leaf === undefined) return device;
  return passOn(
    withLeaf(device, {
      ...leaf,
      ask: null,
      held: leaf.held && leaf.ask.event !== 'resume',
      lookAtMs: isBeingAdded(leaf) ? nowMs + ADDING_MS : null,
    }),
  );
}

/** The token service did not answer about a leaf: ask again later. */
export function postpone(device: Device, enrolmentId: string, nowMs: InstantMs): Device {
  const leaf = leafOf(device, enrolmentId);
  if (leaf === undefined || leaf.lookAtMs === null) return device;
  return withLeaf(device, { ...leaf, lookAtMs: nowMs + RETRY_MS });
}

/** When the phone next has something to ask of the token service; null when nothing is pending. */
export function lookAt(device: Device): InstantMs | null {
  const times = device.leaves.flatMap((leaf) => (leaf.lookAtMs === null ? [] : [leaf.lookAtMs]));
  return times.length === 0 ? null : Math.min(...times);
}

function withLeaf(device: Device, changed: Leaf): Device {
  const { enrolmentId } = changed;
  const leaves = device.leaves.map((leaf) => (leaf.enrolmentId === enrolmentId ? changed : leaf));
  return { ...device, leaves };
}

function passOn(device: Device): Device {
  return { ...device, leaves: passDefault(device.leaves) };
}

/** Only an active card is the default. One that goes hands it to the next in the holder's order, round to the first; a lock takes it from none. */
function passDefault(leaves: readonly Leaf[]): readonly Leaf[] {
  const at = leaves.findIndex((leaf) => leaf.isDefault);
  const current = leaves[at];
  const stays = current?.state === 'active' || (current?.state === 'suspended' && current.held);
  if (stays) return leaves;
  const round = [...leaves.slice(at + 1), ...leaves.slice(0, at + 1)];
  const next = round.find((leaf) => leaf.state === 'active');
  return leaves.map((leaf) => ({ ...leaf, isDefault: leaf === next }));
}
