/**
 * What ties an event to a payment: names that two events of one payment share, and of no other.
 * @see docs/specs.md, ISO 8583 sheet, section 3; profile octavo-1, section 11
 */
import { toHex } from '../bytes/bytes.ts';
import { readCommand } from '../explain/command.ts';
import { find } from '../explain/explained.ts';
import { explainResponse } from '../explain/response.ts';
import { PPSE_NAME } from '../globalplatform/aids.ts';
import {
  bytesIn,
  chipObjects,
  isOverAir,
  type JourneyEvent,
  type Message,
  messageOf,
  textOf,
  yearOfReference,
} from './event.ts';

/** An event with all that ties it. */
export type Linked = {
  readonly event: JourneyEvent;
  readonly message?: Message | undefined;
  /** Names that it shares with every other event of its payment that has them. */
  readonly names: readonly string[];
  /** The cryptogram of an answer over the air, or of chip data. */
  readonly cryptogram?: string | undefined;
};

/** What was seen before that later events only hint at. */
type Seen = {
  /** How many taps began, by air. */
  readonly runs: Map<string, number>;
  /** The last whole name of a terminal's trace number. */
  readonly traceNumbers: Map<string, string>;
};

/** The events that may belong to a payment, in their order, with what ties each of them. */
export function linksOf(events: readonly JourneyEvent[]): readonly Linked[] {
  const seen: Seen = { runs: new Map(), traceNumbers: new Map() };
  return [...events]
    .sort((left, right) => left.sequence - right.sequence)
    .flatMap((event) => {
      const linked = linkOf(event, seen);
      return linked === undefined ? [] : [linked];
    });
}

function linkOf(event: JourneyEvent, seen: Seen): Linked | undefined {
  if (event.type === 'apdu') return isOverAir(event) ? exchangeLink(event, seen) : undefined;
  if (event.type === 'iso8583') return messageLink(event, seen);
  const names = told(event, seen);
  return names.length > 0 || isTill({ event }) ? { event, names } : undefined;
}

/** An exchange of phone and terminal. */
export function isExchange({ event }: Pick<Linked, 'event'>): boolean {
  return event.type === 'apdu';
}

/** What the terminal told at its till. */
export function isTill({ event }: Pick<Linked, 'event'>): boolean {
  return event.type.startsWith('terminal.') || event.type === 'receipt';
}

/**
 * A tap begins with the selection of the list of applications; what comes on the same air until the next one is of
 * the same tap. @see docs/specs.md, EMV contactless sheet, section 2
 */
function exchangeLink(event: JourneyEvent, { runs }: Seen): Linked {
  const air = textOf(event, 'air');
  const run = (runs.get(air) ?? 0) + (isFirst(event) || !runs.has(air) ? 1 : 0);
  runs.set(air, run);
  const names = [`run ${air} ${run}`, ...requestNames(event)];
  return { event, names, cryptogram: cryptogramOf(event) };
}

const INS_SELECT = 0xa4;

function isFirst(event: JourneyEvent): boolean {
  const bytes = bytesIn(event, 'command');
  const command = bytes === undefined ? '' : readCommand(bytes);
  if (typeof command === 'string') return false;
  return command.ins === INS_SELECT && toHex(command.data) === PPSE_NAME;
}

function cryptogramOf(event: JourneyEvent): string | undefined {
  const response = bytesIn(event, 'response');
  if (response === undefined) return undefined;
  return find(explainResponse(response), '9F26')?.value;
}

function messageLink(event: JourneyEvent, { traceNumbers }: Seen): Linked | undefined {
  const message = messageOf(event);
  // Sign-ons and line tests are nobody's payment.
  if (message === undefined || !/^0[124]/.test(message.mti)) return undefined;
  const { fields, dialect } = message;
  const names = referenceNames(fields[37] ?? '', event.atMs);
  if (dialect === 'pos') {
    const short = `${fields[41]} ${fields[11]}`;
    const name = `pos ${short} ${fields[60]?.slice(2, 8)}`;
    traceNumbers.set(short, name);
    names.push(name);
  }
  return { event, message, names, cryptogram: chipObjects(fields[55])['9F26'] };
}

/** The names in an event's detail. */
function told(event: JourneyEvent, { traceNumbers }: Seen): readonly string[] {
  const key = textOf(event, 'messageKey');
  const short = `${textOf(event, 'terminalId')} ${textOf(event, 'traceNumber')}`;
  const traceNumber = traceNumbers.get(short);
  return [
    ...referenceNames(textOf(event, 'retrievalReference'), event.atMs),
    ...(key === '' ? [] : [`key ${key}`]),
    ...(traceNumber === undefined ? [] : [traceNumber]),
    // Other services have requests of their own, with ids that say nothing of a payment.
    ...(isTill({ event }) ? requestNames(event) : []),
  ];
}

function requestNames(event: JourneyEvent): readonly string[] {
  const request = textOf(event, 'requestId');
  return request === '' ? [] : [`request ${request}`];
}

/** A reference is month, day, hour and number, so the year makes it one of its own. */
function referenceNames(reference: string, atMs: number): string[] {
  return reference.trim() === ''
    ? []
    : [`reference ${yearOfReference(reference, atMs)}-${reference}`];
}
