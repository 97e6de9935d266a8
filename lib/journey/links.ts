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
  /** Whole names by terminal and trace number, with where they were spoken; a refusal may be told before its answer. */
  readonly places: ReadonlyMap<string, readonly Spoken[]>;
};

type Spoken = { readonly sequence: number; readonly name: string };

/** The events that may belong to a payment, in their order, with what ties each of them. */
export function linksOf(events: readonly JourneyEvent[]): readonly Linked[] {
  const ordered = [...events].sort((left, right) => left.sequence - right.sequence);
  const messages = ordered.map(messageOf);
  const seen: Seen = { runs: new Map(), places: placesIn(ordered, messages) };
  return ordered.flatMap((event, index) => {
    const linked = linkOf(event, messages[index], seen);
    return linked === undefined ? [] : [linked];
  });
}

function linkOf(event: JourneyEvent, message: Message | undefined, seen: Seen): Linked | undefined {
  if (event.type === 'apdu') return isOverAir(event) ? exchangeLink(event, seen) : undefined;
  if (event.type === 'iso8583') return message && messageLink(event, message);
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

function messageLink(event: JourneyEvent, message: Message): Linked | undefined {
  // Sign-ons and line tests are nobody's payment.
  if (!isOfMoney(message)) return undefined;
  const { fields, dialect } = message;
  const names = referenceNames(fields[37] ?? '', event.atMs);
  if (dialect === 'pos') names.push(placeName(shortName(fields), batchOf(fields)));
  if (event.service === 'terminal') names.push(...requestNames(event));
  return { event, message, names, cryptogram: chipObjects(fields[55])['9F26'] };
}

function placesIn(
  events: readonly JourneyEvent[],
  messages: readonly (Message | undefined)[],
): Seen['places'] {
  const places = new Map<string, Spoken[]>();
  for (const [index, { sequence }] of events.entries()) {
    const message = messages[index];
    if (message?.dialect !== 'pos' || !isOfMoney(message)) continue;
    const short = shortName(message.fields);
    const spoken = places.get(short) ?? [];
    spoken.push({ sequence, name: placeName(short, batchOf(message.fields)) });
    places.set(short, spoken);
  }
  return places;
}

function isOfMoney({ mti }: Message): boolean {
  return /^0[124]/.test(mti);
}

function shortName(fields: Message['fields']): string {
  return `${fields[41]} ${fields[11]}`;
}

/** DE60 of the POS dialect: type, then the batch. */
function batchOf(fields: Message['fields']): string {
  return fields[60]?.slice(2, 8) ?? '';
}

/** The names in an event's detail. */
function told(event: JourneyEvent, { places }: Seen): readonly string[] {
  const key = textOf(event, 'messageKey');
  const short = `${textOf(event, 'terminalId')} ${textOf(event, 'traceNumber')}`;
  const batch = textOf(event, 'batch');
  const spoken = places.get(short) ?? [];
  const near = spoken.findLast(({ sequence }) => sequence < event.sequence) ?? spoken[0];
  const traceNumber = batch === '' ? near?.name : placeName(short, batch);
  return [
    ...referenceNames(textOf(event, 'retrievalReference'), event.atMs),
    ...(key === '' ? [] : [`key ${key}`]),
    ...(traceNumber === undefined ? [] : [traceNumber]),
    // Other services have requests of their own, with ids that say nothing of a payment.
    ...(isTill({ event }) ? requestNames(event) : []),
  ];
}

/** A terminal's number for a payment is its own within a batch. */
function placeName(terminalAndNumber: string, batch: string): string {
  return `pos ${terminalAndNumber} ${batch}`;
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
