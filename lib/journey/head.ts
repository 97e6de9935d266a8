/** The head of a journey: who paid whom how much, and what came of it. */

import { fromHex, toHex } from '../bytes/bytes.ts';
import { explainSession } from '../explain/explain.ts';
import { find } from '../explain/explained.ts';
import { packedCode } from '../explain/words.ts';
import { bytesIn, type JourneyEvent, textOf, wholeOf, yearOfReference } from './event.ts';
import type { Linked } from './links.ts';
import { type Lap, lapsOf } from './times.ts';

/** What became of a tap. */
export type JourneyOutcome =
  | 'approved'
  | 'declined'
  | 'reversed'
  | 'see_phone'
  | 'try_again'
  | 'no_card'
  | 'under_way';

/** One tap from the first selection to the last answer, with its events in order. */
export type Journey = {
  /** Year and retrieval reference; before there is one, `e` and the sequence of the first event. */
  readonly id: string;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly atMs: number;
  readonly amountMinor?: bigint | undefined;
  /** Three digits. */
  readonly currency?: string | undefined;
  readonly merchant?: string | undefined;
  readonly terminalId?: string | undefined;
  readonly tokenLastFour?: string | undefined;
  readonly retrievalReference?: string | undefined;
  readonly outcome: JourneyOutcome;
  /** The most precise code that anybody gave. */
  readonly code?: string | undefined;
  /** DE39. */
  readonly responseCode?: string | undefined;
  readonly laps: readonly Lap[];
  /** From the first exchange to the terminal's outcome; undefined while under way. */
  readonly tookMs?: number | undefined;
  readonly events: readonly JourneyEvent[];
};

/** The head of events that are of one tap. There is at least one. */
export function headOf(links: readonly Linked[]): Journey {
  const events = links.map(({ event }) => event);
  const first = events[0] as JourneyEvent;
  const last = events.at(-1) as JourneyEvent;
  const reference = referenceOf(links);
  const outcome = outcomeOf(links);
  const laps = lapsOf(links);
  const total = laps.reduce((sum, { ms }) => sum + ms, 0);
  return {
    id: idOf(first, reference),
    firstSequence: first.sequence,
    lastSequence: last.sequence,
    atMs: first.atMs,
    ...sumOf(links),
    merchant: merchantOf(links),
    terminalId: requestOf(links)?.[41] ?? saidIn(events, 'terminalId'),
    tokenLastFour: tokenOf(links),
    retrievalReference: reference,
    outcome,
    code: codeOf(events, outcome),
    responseCode: responseCodeOf(links),
    laps,
    tookMs: outcome === 'under_way' || laps.length === 0 ? undefined : total,
    events,
  };
}

function idOf(first: JourneyEvent, reference: string | undefined): string {
  if (reference === undefined) return `e${first.sequence}`;
  return `${yearOfReference(reference, first.atMs)}-${reference}`;
}

function referenceOf(links: readonly Linked[]): string | undefined {
  const [name] = links.flatMap(({ names }) => names.filter((one) => one.startsWith('reference ')));
  return name?.replace(/^reference \d+-/, '');
}

/** The elements of the request, in token form. */
function requestOf(
  links: readonly Linked[],
): Readonly<Record<number, string | undefined>> | undefined {
  const asked = links.find(
    ({ message }) =>
      message !== undefined && isTokenLeg(message.leg) && /^0[124][02]/.test(message.mti),
  );
  return asked?.message?.fields ?? links.find(isTokenAnswer)?.message?.fields;
}

function isTokenLeg(leg: string): boolean {
  return leg !== 'network-issuer';
}

function isTokenAnswer({ message }: Linked): boolean {
  return message !== undefined && isTokenLeg(message.leg);
}

/** Amount and currency: as asked, as received at the till, or as the terminal told the phone. */
function sumOf(links: readonly Linked[]): Pick<Journey, 'amountMinor' | 'currency'> {
  const fields = requestOf(links);
  if (fields !== undefined && /^\d{12}$/.test(fields[4] ?? '')) {
    return { amountMinor: BigInt(fields[4] as string), currency: fields[49] };
  }
  for (const { event } of links) {
    const amountMinor = wholeOf(event, 'amountMinor');
    if (amountMinor !== undefined) return { amountMinor, currency: textOf(event, 'currency') };
  }
  return toldToPhone(links);
}

function toldToPhone(links: readonly Linked[]): Pick<Journey, 'amountMinor' | 'currency'> {
  for (const { command } of explainSession(exchangesOf(links.map(({ event }) => event)))) {
    const amount = find(command, '9F02')?.value ?? '';
    const currency = find(command, '5F2A')?.value;
    if (/^\d{12}$/.test(amount)) {
      const code = currency === undefined ? undefined : packedCode(fromHex(currency));
      return { amountMinor: BigInt(amount), currency: code };
    }
  }
  return {};
}

/** The exchanges among events, as the explainer takes them. */
export function exchangesOf(
  events: readonly JourneyEvent[],
): readonly { readonly command: Uint8Array; readonly response: Uint8Array }[] {
  return events
    .filter(({ type }) => type === 'apdu')
    .map((event) => ({
      command: bytesIn(event, 'command') ?? new Uint8Array(0),
      response: bytesIn(event, 'response') ?? new Uint8Array(0),
    }));
}

/** DE43 begins with the name. @see docs/specs.md, ISO 8583 sheet, section 3 */
const NAME_CHARACTERS = 25;

function merchantOf(links: readonly Linked[]): string | undefined {
  const said = saidIn(
    links.map(({ event }) => event),
    'merchant',
  );
  const [name] = links.flatMap(({ message }) => message?.fields[43] ?? []);
  return said ?? (name?.slice(0, NAME_CHARACTERS).trim() || undefined);
}

function tokenOf(links: readonly Linked[]): string | undefined {
  const said = saidIn(
    links.map(({ event }) => event),
    'tokenLastFour',
  );
  if (said !== undefined) return said;
  const asked = requestOf(links)?.[2]?.slice(-4);
  return asked ?? (links.map(trackOf).find((digits) => digits !== undefined) || undefined);
}

/** The number that the phone gave with its cryptogram. */
function trackOf({ event }: Linked): string | undefined {
  const response = event.type === 'apdu' ? bytesIn(event, 'response') : undefined;
  if (response === undefined) return undefined;
  return /5713(\d{13,19})D/.exec(toHex(response))?.[1]?.slice(-4);
}

function saidIn(events: readonly JourneyEvent[], name: string): string | undefined {
  return events.map((event) => textOf(event, name)).find((text) => text !== '');
}

const OUTCOMES: readonly string[] = [
  'approved',
  'declined',
  'reversed',
  'see_phone',
  'try_again',
  'no_card',
];

/** Money that went back counts for more than what was said before; then the terminal's word, then the messages'. */
function outcomeOf(links: readonly Linked[]): JourneyOutcome {
  const events = links.map(({ event }) => event);
  const isTakenBack = events.some(
    (event) => event.type === 'ledger.posted' && textOf(event, 'kind') === 'reversal',
  );
  if (isTakenBack) return 'reversed';
  const till = events.filter(({ type }) => type === 'terminal.outcome').at(-1);
  const told = till === undefined ? '' : textOf(till, 'outcome');
  if (OUTCOMES.includes(told)) return told as JourneyOutcome;
  const answer = answerOf(links);
  if (answer !== undefined) return answer === '00' ? 'approved' : 'declined';
  if (events.some((event) => event.type === 'tap.verdict' && textOf(event, 'code') !== '')) {
    return 'declined';
  }
  const status = textOf(
    events.filter(({ type }) => type === 'apdu').at(-1) ?? (events[0] as JourneyEvent),
    'response',
  ).slice(-4);
  return status === SEE_PHONE && links.every(({ message }) => message === undefined)
    ? 'see_phone'
    : 'under_way';
}

const SEE_PHONE = '6986';

/** DE39 of the last answer that the terminal's side got. */
function answerOf(links: readonly Linked[]): string | undefined {
  return links
    .filter(({ message }) => message !== undefined && isTokenLeg(message.leg))
    .filter(({ message }) => /^0[12][13]/.test(message?.mti ?? ''))
    .at(-1)?.message?.fields[39];
}

function responseCodeOf(links: readonly Linked[]): string | undefined {
  const events = links.map(({ event }) => event);
  const till = events.filter(({ type }) => type === 'receipt' || type === 'terminal.outcome');
  return saidIn(till, 'responseCode') ?? answerOf(links) ?? saidIn(events, 'responseCode');
}

/** Who decided knows best; the terminal only knows DE39, except why it took a payment back. */
function codeOf(events: readonly JourneyEvent[], outcome: JourneyOutcome): string | undefined {
  if (outcome === 'approved') return undefined;
  const of = (type: RegExp): string | undefined =>
    saidIn(
      events.filter((event) => type.test(event.type)),
      'code',
    );
  const till = of(/^terminal\.outcome$/);
  if (outcome === 'reversed' && till !== undefined) return till;
  return of(/^tap\.verdict$/) ?? of(/^issuer\.decision$/) ?? of(/\.refused$/) ?? till;
}
