/** What one node of a journey is: an exchange, a message, checks, a decision, a posting, a receipt. */
import { toHex } from '../bytes/bytes.ts';
import type { Explained } from '../explain/explained.ts';
import { explainMessage } from '../explain/message.ts';
import { bytesIn, dialectOf, type JourneyEvent, textOf, wholeOf } from './event.ts';
import { sayingWords, type Words } from './names.ts';
import { namelessBytes, type Origin, type Span, spanOf } from './span.ts';
import {
  ACCOUNTS,
  CHARGE_CHECKS,
  CHECKS,
  type LegName,
  PARTS,
  POSTINGS,
  SENDERS,
} from './words.ts';

/** What kind of thing a node is. */
export type NodeKind =
  | 'apdu'
  | 'message'
  | 'checks'
  | 'decision'
  | 'posting'
  | 'receipt'
  | 'refusal'
  | 'told';

/** Bytes that went one way, and their tree. */
export type Part = {
  readonly key: keyof typeof PARTS;
  readonly title: Words;
  /** As it was traced: what was masked there stays so. */
  readonly hex: string;
  readonly byteCount: number;
  readonly tree: Span;
};

/** One check, in the order it ran. */
export type Check = {
  readonly name: string;
  readonly label: Words;
  readonly outcome: 'held' | 'broken' | 'not_run';
  readonly compared: Words;
};

/** One posting: entries that sum to zero. */
export type PostingView = {
  readonly kind: string;
  readonly label: Words;
  readonly entries: readonly {
    readonly account: string;
    readonly label: Words;
    readonly amountMinor: bigint;
  }[];
  readonly sumMinor: bigint;
};

/** One node, with what its kind has. What never happened has nothing but its title. */
export type JourneyNode = {
  readonly id: string;
  readonly leg: LegName;
  readonly kind: NodeKind;
  readonly step: string;
  readonly title: Words;
  readonly detail: Words;
  readonly isReached: boolean;
  readonly sequence?: number | undefined;
  readonly service?: string | undefined;
  readonly atMs?: number | undefined;
  /** Milliseconds: of an exchange its own, of anything else since the node before. */
  readonly tookMs?: number | undefined;
  readonly parts: readonly Part[];
  readonly checks: readonly Check[];
  readonly posting?: PostingView | undefined;
  readonly code?: string | undefined;
  readonly responseCode?: string | undefined;
  /** Of receipts and outcomes, what they say by name. */
  readonly said: Readonly<Record<string, string>>;
  readonly namelessBytes: number;
};

/** A part of a node from its bytes and their tree. */
export function partOfTree(
  key: Part['key'],
  title: Words,
  bytes: Uint8Array,
  tree: Explained,
  origin: Origin,
): Part & { readonly nameless: number } {
  return {
    key,
    title,
    hex: toHex(bytes),
    byteCount: bytes.length,
    tree: spanOf(tree, origin),
    nameless: namelessBytes(tree),
  };
}

/** The parts of a message event; none when it has no bytes. */
export function messageParts(event: JourneyEvent): readonly (Part & { nameless: number })[] {
  const bytes = bytesIn(event, 'message');
  if (bytes === undefined) return [];
  const dialect = dialectOf(event);
  const title = SENDERS[event.service] ?? PARTS.message;
  return [partOfTree('message', title, bytes, explainMessage(dialect, bytes), dialect)];
}

/** The checks that a verdict recorded, in their order; what is not a check is left out. */
export function checksOf({ detail }: JourneyEvent): readonly Check[] {
  const all = Array.isArray(detail.checks) ? (detail.checks as readonly unknown[]) : [];
  return all.flatMap((one) => {
    const { name, outcome, compared } = (one ?? {}) as Record<string, unknown>;
    if (typeof name !== 'string' || !isOutcome(outcome)) return [];
    const label = CHECKS[name] ?? CHARGE_CHECKS[name] ?? { en: name, zh: name };
    const words = typeof compared === 'string' ? compared : '';
    return [{ name, label, outcome, compared: sayingWords(words) }];
  });
}

/** The posting that an event tells. */
export function postingOf(event: JourneyEvent): PostingView {
  const { entries } = event.detail;
  const kind = textOf(event, 'kind');
  return {
    kind,
    label: POSTINGS[kind] ?? { en: kind, zh: kind },
    entries: (Array.isArray(entries) ? (entries as readonly unknown[]) : []).flatMap(entryOf),
    sumMinor: wholeOf(event, 'sumMinor') ?? 0n,
  };
}

function entryOf(one: unknown): PostingView['entries'] {
  const { account, amountMinor } = (one ?? {}) as Record<string, unknown>;
  if (typeof account !== 'string' || !/^-?\d+$/.test(String(amountMinor))) return [];
  const label = ACCOUNTS[account] ?? { en: account, zh: account };
  return [{ account, label, amountMinor: BigInt(String(amountMinor)) }];
}

function isOutcome(outcome: unknown): outcome is Check['outcome'] {
  return outcome === 'held' || outcome === 'broken' || outcome === 'not_run';
}

/** What an event says in texts and numbers, by name. */
export function saidIn({ detail }: JourneyEvent): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(detail).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );
}
