/**
 * What a journey is made of: the events that the parts of a running system tell, and what the messages among them say.
 * The shape is our own, so that whoever has events of this form can have them explained.
 */
import { BytesError, fromHex, toHex } from '../bytes/bytes.ts';
import { readOrNone } from '../iso8583/message.ts';
import { describe } from '../iso8583/unionpay.ts';
import { decodeTlv, TlvError } from '../tlv/tlv.ts';

/** Something that happened, in the order of `sequence`. */
export type JourneyEvent = {
  readonly sequence: number;
  readonly type: string;
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Amounts as decimal strings of minor units, bytes as upper-case hexadecimal. */
  readonly detail: Readonly<Record<string, unknown>>;
};

/** A message between institutions, read as far as grouping and lenses need it; `*` stands for what was masked. */
export type Message = {
  readonly leg: Leg;
  readonly dialect: 'pos' | 'cups';
  readonly mti: string;
  /** Values of data elements by number, DE55 in hexadecimal. */
  readonly fields: Readonly<Record<number, string | undefined>>;
};

/** The lines that messages go over. */
export type Leg = 'terminal-acquirer' | 'acquirer-network' | 'network-issuer';

/** A text of an event's detail; empty when it is not there. */
export function textOf({ detail }: JourneyEvent, name: string): string {
  const value = detail[name];
  return typeof value === 'string' ? value : '';
}

/** A whole number of an event's detail, written as a number or as digits; undefined when there is none. */
export function wholeOf({ detail }: JourneyEvent, name: string): bigint | undefined {
  const value = detail[name];
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

/** Bytes of an event's detail; undefined when they are not there or not hexadecimal. */
export function bytesIn(event: JourneyEvent, name: string): Uint8Array | undefined {
  return bytesOfHex(textOf(event, name));
}

/** Whether an event is an exchange over the air: those of the wired interface are not part of a tap. */
export function isOverAir(event: JourneyEvent): boolean {
  if (event.type !== 'apdu') return false;
  return (textOf(event, 'via') || textOf(event, 'interface')) === 'air';
}

const LEGS: readonly string[] = ['terminal-acquirer', 'acquirer-network', 'network-issuer'];

/** The dialect of a message event. */
export function dialectOf(event: JourneyEvent): 'pos' | 'cups' {
  return textOf(event, 'dialect') === 'pos' ? 'pos' : 'cups';
}

/** What a message event says; undefined when it is none, or cannot be read. */
export function messageOf(event: JourneyEvent): Message | undefined {
  const leg = textOf(event, 'leg');
  const bytes = event.type === 'iso8583' ? bytesIn(event, 'message') : undefined;
  if (bytes === undefined || !LEGS.includes(leg)) return undefined;
  const dialect = dialectOf(event);
  const spans = readOrNone(() => describe(dialect, bytes));
  if (spans === undefined) return undefined;
  const fields: Record<number, string> = {};
  let mti = '';
  for (const { path, value } of spans) {
    if (path === 'MTI') mti = value;
    if (/^DE\d+$/.test(path)) fields[Number(path.slice(2))] = value;
  }
  return { leg: leg as Leg, dialect, mti, fields };
}

/** The outermost data objects of chip data by tag, in hexadecimal; empty when they cannot be read. */
export function chipObjects(hex: string | undefined): Readonly<Record<string, string>> {
  const bytes = hex === undefined ? undefined : bytesOfHex(hex);
  if (bytes === undefined) return {};
  try {
    return Object.fromEntries(decodeTlv(bytes).map(({ tag, value }) => [tag, toHex(value)]));
  } catch (error) {
    if (error instanceof TlvError) return {};
    throw error;
  }
}

/** The year in which a retrieval reference was given out, seen from when it was used: it may be last year's. */
export function yearOfReference(reference: string, atMs: number): number {
  const { year, month } = monthOf(atMs);
  const isLastYears = Number(reference.slice(0, 2)) > month + 1;
  return isLastYears ? year - 1 : year;
}

function bytesOfHex(hex: string): Uint8Array | undefined {
  if (hex === '') return undefined;
  try {
    return fromHex(hex);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

/** Year and month (1 to 12) in universal time. */
function monthOf(atMs: number): { readonly year: number; readonly month: number } {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return { year: 0, month: 0 };
  const [year = 0, month = 0] = date.toISOString().split('-').map(Number);
  return { year, month };
}
