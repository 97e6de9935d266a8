/**
 * A journey as nodes in order: what each part sent, checked, decided and posted, byte by byte, and what never happened.
 */
import { type ExplainedExchange, explainSession } from '../explain/explain.ts';
import { type JourneyEvent, type Message, messageOf, textOf, wholeOf } from './event.ts';
import { exchangesOf, type Journey } from './head.ts';
import type { Words } from './names.ts';
import {
  type Check,
  checksOf,
  type JourneyNode,
  messageParts,
  type NodeKind,
  type Part,
  partOfTree,
  postingOf,
  saidIn,
} from './node.ts';
import { missingSteps, type Step, stepOf } from './steps.ts';
import { LEGS, type LegName, PARTS, SAID } from './words.ts';

/** The nodes of one part of the journey. */
export type JourneyLeg = {
  readonly name: LegName;
  readonly title: Words;
  readonly nodes: readonly JourneyNode[];
};

/** A journey explained. */
export type ExplainedJourney = {
  readonly journey: Journey;
  readonly legs: readonly JourneyLeg[];
  /** Over all nodes; it must be zero. */
  readonly namelessBytes: number;
};

/** Explain a journey. Legs without a node are left out. */
export function explainJourney(journey: Journey): ExplainedJourney {
  const reached = reachedNodes(journey.events);
  const nodes = [...reached, ...missingSteps(reached.map(({ step }) => step)).map(missingNode)];
  const legs = (Object.keys(LEGS) as readonly LegName[]).map((name) => ({
    name,
    title: LEGS[name],
    nodes: nodes.filter(({ leg }) => leg === name),
  }));
  return {
    journey,
    legs: legs.filter((leg) => leg.nodes.length > 0),
    namelessBytes: nodes.reduce((sum, node) => sum + node.namelessBytes, 0),
  };
}

/** Every node of a journey, leg by leg. */
export function nodesOf({ legs }: ExplainedJourney): readonly JourneyNode[] {
  return legs.flatMap(({ nodes }) => nodes);
}

function reachedNodes(events: readonly JourneyEvent[]): readonly JourneyNode[] {
  const exchanges = explainSession(exchangesOf(events));
  const told = toldCodes(events);
  const endedAt = events.find(({ type }) => type === 'terminal.outcome')?.sequence;
  let isReversing = false;
  let exchange = 0;
  let beforeMs: number | undefined;
  return events.flatMap((event) => {
    const message = messageOf(event);
    isReversing ||= message?.mti.startsWith('04') === true;
    const isLate = isReversing || (endedAt !== undefined && event.sequence > endedAt);
    const explained = event.type === 'apdu' ? exchanges[exchange++] : undefined;
    // A refusal that only passes on what the checks or the issuer said is not told twice.
    if (event.type.endsWith('.refused') && told.has(textOf(event, 'code'))) return [];
    const step = stepOf({ event, message, explained, isLate });
    const node = nodeOf(event, step, message, explained, beforeMs);
    beforeMs = event.atMs;
    return [node];
  });
}

function toldCodes(events: readonly JourneyEvent[]): ReadonlySet<string> {
  return new Set(
    events
      .filter(({ type }) => type === 'tap.verdict' || type === 'issuer.decision')
      .map((event) => textOf(event, 'code'))
      .filter((code) => code !== ''),
  );
}

function nodeOf(
  event: JourneyEvent,
  step: Step,
  message: Message | undefined,
  explained: ExplainedExchange | undefined,
  beforeMs: number | undefined,
): JourneyNode {
  const parts = explained === undefined ? messageParts(event) : exchangeParts(event, explained);
  const checks = checksOf(event);
  const posting = step.kind === 'posting' ? postingOf(event) : undefined;
  const since = beforeMs === undefined ? undefined : event.atMs - beforeMs;
  const took = wholeOf(event, 'tookMs');
  const isSaid = step.kind === 'receipt' || step.kind === 'told';
  return {
    id: `${step.kind}-${event.sequence}`,
    leg: step.leg,
    kind: step.kind,
    step: step.name,
    title: step.title,
    detail: detailOf(step.kind, event, parts, checks, posting?.entries.length ?? 0),
    isReached: true,
    sequence: event.sequence,
    service: event.service,
    atMs: event.atMs,
    tookMs: took === undefined ? since : Number(took),
    parts: parts.map(({ nameless: _, ...part }) => part),
    checks,
    posting,
    code: textOf(event, 'code') || undefined,
    responseCode: message?.fields[39] ?? (textOf(event, 'responseCode') || undefined),
    said: isSaid ? saidIn(event) : {},
    namelessBytes: parts.reduce((sum, { nameless }) => sum + nameless, 0),
  };
}

type Counted = Part & { readonly nameless: number };

function exchangeParts(event: JourneyEvent, explained: ExplainedExchange): readonly Counted[] {
  const [exchange] = exchangesOf([event]);
  if (exchange === undefined) return [];
  const { command, response } = explained;
  return [
    partOfTree('asks', PARTS.asks, exchange.command, command, 'apdu'),
    partOfTree('answers', PARTS.answers, exchange.response, response, 'apdu'),
  ];
}

/** The second line of a node: how big, how many, or which code. */
function detailOf(
  kind: NodeKind,
  event: JourneyEvent,
  parts: readonly Part[],
  checks: readonly Check[],
  entries: number,
): Words {
  const [first, second] = parts.map(({ byteCount }) => byteCount);
  if (kind === 'apdu') return same(`${first} → ${second} B`);
  if (kind === 'message') {
    const dialect = textOf(event, 'dialect') === 'pos' ? 'POS' : 'switch';
    return same(`${dialect} · ${first} B`);
  }
  if (kind === 'checks') {
    const at = checks.findIndex(({ outcome }) => outcome === 'broken') + 1;
    const count = checks.length;
    if (at > 0)
      return { en: `stopped at ${at} of ${count}`, zh: `第 ${at} 项不符，共 ${count} 项` };
    return { en: `${count} checks`, zh: `${count} 项核验` };
  }
  if (kind === 'posting') return { en: `${entries} entries`, zh: `${entries} 笔分录` };
  return same(firstOf(event, ['code', 'outcome', 'state', 'responseCode']));
}

function firstOf(event: JourneyEvent, names: readonly string[]): string {
  return names.map((name) => textOf(event, name)).find((text) => text !== '') ?? '';
}

function same(text: string): Words {
  return { en: text, zh: text };
}

function missingNode({ name, leg, kind, title }: Step): JourneyNode {
  return {
    id: `missing-${name}`,
    leg,
    kind,
    step: name,
    title,
    detail: kind === 'posting' ? SAID.notHappened : SAID.notReached,
    isReached: false,
    parts: [],
    checks: [],
    said: {},
    namelessBytes: 0,
  };
}
