/**
 * One of a phone's eight leaves: its life, what the wallet knows of its card and token, and what it still has to ask
 * of the token service. An ask stays on the leaf until it is answered, so that after a crash it is asked again.
 * @see docs/specs.md, tokenisation sheet, section 4
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { fromAscii, toHex } from '@octavo/lib/bytes/bytes.ts';
import type { Face } from './card.ts';
import type { Life, StateOf } from './life.ts';
import type { InstantMs } from './ports.ts';

/** Life of a leaf while it is taken. A removed card keeps its leaf until the phone has erased the instance. */
export const leafLife = {
  asking: { await_code: 'code_awaited', tokenise: 'personalising' },
  code_awaited: { tokenise: 'personalising' },
  personalising: { activate: 'active', suspend: 'suspended', delete: 'removing' },
  active: { suspend: 'suspended', delete: 'removing' },
  suspended: { activate: 'active', delete: 'removing' },
  removing: {},
} as const satisfies Life;

/** A leaf's state. */
type LeafState = StateOf<typeof leafLife>;

/** What a leaf still has to ask of the token service. The same id every time, so asking twice does it once. */
export type Ask = {
  readonly requestId: string;
  readonly event: 'suspend' | 'resume' | 'delete';
  readonly reason: 'HOLDER_REQUEST' | 'DEVICE_LOST' | 'DEVICE_FOUND' | 'DEVICE_WIPED';
  /** The holder's command that waits for it; null when the phone's state asks by itself. */
  readonly commandId: string | null;
};

/** What the wallet knows of a leaf's token. */
export type LeafToken = {
  readonly tokenReference: string;
  readonly tokenLastFour: string;
  readonly instanceAid: string | null;
  readonly suspendedBy: readonly string[];
  /** Whether a gate can authenticate it. Leaves that were kept before there were certificates do not say. */
  readonly certified?: boolean;
  /** The token service's version of what is written here; what is older is not taken. */
  readonly version: number;
};

/** One taken leaf. Null is what is not known yet, as the stored value has it. */
export type Leaf = {
  readonly enrolmentId: string;
  readonly state: LeafState;
  readonly card: { readonly face: Face; readonly cardLastFour: string } | null;
  readonly token: LeafToken | null;
  readonly isDefault: boolean;
  /** Suspended because the phone was locked, and resumed when it is unlocked. */
  readonly held: boolean;
  readonly ask: Ask | null;
  /** When to ask the token service after this leaf; null when it has nothing to tell. */
  readonly lookAtMs: InstantMs | null;
};

/** An enrolment as the token service tells it. */
export type EnrolmentNews = {
  readonly state: 'code_awaited' | 'verified' | 'tokenised' | 'active' | 'lapsed';
  readonly face: Face;
  readonly cardLastFour: string;
  readonly tokenReference?: string | undefined;
  readonly tokenLastFour?: string | undefined;
};

/** A token as the token service tells it. */
export type TokenNews = {
  readonly tokenReference: string;
  readonly state: 'inactive' | 'active' | 'suspended' | 'deleted';
  readonly suspendedBy: readonly string[];
  readonly face: Face;
  readonly cardLastFour: string;
  readonly tokenLastFour: string;
  readonly instanceAid: string;
  readonly certified: boolean;
  readonly version: number;
};

/** How long an unanswered enrolment is left alone before the token service is asked after it. */
const ASKING_MS = 30_000;
/** How often the token service is asked after a card that is being added. */
export const ADDING_MS = 60_000;
/** How soon an ask that got no answer is asked again. */
export const RETRY_MS = 10_000;

/** A leaf that was just taken. */
export function newLeaf(enrolmentId: string, nowMs: InstantMs): Leaf {
  return {
    enrolmentId,
    state: 'asking',
    card: null,
    token: null,
    isDefault: false,
    held: false,
    ask: null,
    lookAtMs: nowMs + ASKING_MS,
  };
}

/** Whether the card of a leaf is still being added, so that its lapse or failure frees the leaf. */
export function isBeingAdded(leaf: Leaf): boolean {
  return leaf.state === 'asking' || leaf.state === 'code_awaited' || leaf.state === 'personalising';
}

/** What an enrolment tells of its token, before the token itself was asked after. */
export function firstNewsOfToken(news: EnrolmentNews): LeafToken | null {
  const { tokenReference, tokenLastFour } = news;
  if (tokenReference === undefined || tokenLastFour === undefined) return null;
  return { tokenReference, tokenLastFour, instanceAid: null, suspendedBy: [], version: 0 };
}

/** Who asks: under which request id, for which of the holder's commands. */
export type AskedBy = Pick<Ask, 'requestId' | 'commandId'> & { readonly nowMs: InstantMs };

/** Suspend what the wallet does not suspend already, also what the bank alone holds: it may let go. */
export function hold(leaf: Leaf, by: AskedBy): Leaf {
  const may = leaf.state === 'active' || leaf.state === 'suspended';
  if (!may || leaf.ask?.event === 'delete' || leaf.token?.suspendedBy.includes('wallet')) {
    return leaf;
  }
  return { ...asking(leaf, 'suspend', 'DEVICE_LOST', by), held: true };
}

/** Resume what the lock suspended. */
export function release(leaf: Leaf, by: AskedBy): Leaf {
  return leaf.held ? asking(leaf, 'resume', 'DEVICE_FOUND', by) : leaf;
}

/** Delete the token of a wiped phone. */
export function remove(leaf: Leaf, by: AskedBy): Leaf {
  if (leaf.token === null || leaf.state === 'removing') return leaf;
  return { ...asking(leaf, 'delete', 'DEVICE_WIPED', by), held: false };
}

/** Put an ask on a leaf; the last one put there counts. */
export function asking(leaf: Leaf, event: Ask['event'], reason: Ask['reason'], by: AskedBy): Leaf {
  const { requestId, commandId, nowMs } = by;
  return { ...leaf, ask: { requestId, event, reason, commandId }, lookAtMs: nowMs + RETRY_MS };
}

/** A request id that follows from names: whoever goes on after a crash asks under the same one. */
export function derivedId(names: readonly string[]): string {
  return toHex(sha256(fromAscii(['octavo-wallet-1', ...names].join('\n'))).subarray(0, 16));
}
