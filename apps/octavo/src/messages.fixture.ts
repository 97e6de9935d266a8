/** For tests: the messages of a world, read from what their senders told. */
import type { TraceEvent } from '@octavo/domain/ports.ts';
import { fromHex } from '@octavo/lib/bytes/bytes.ts';
import type { DialectName } from '@octavo/lib/iso8583/message.ts';
import { describe } from '@octavo/lib/iso8583/unionpay.ts';

/** One message as it went over a leg. Values of data elements by number; what was masked shows `*`. */
export type Told = {
  readonly leg: string;
  readonly sender: string;
  readonly dialect: DialectName;
  readonly mti: string;
  readonly elements: Readonly<Record<number, string | undefined>>;
  readonly bytes: Uint8Array;
};

/** The messages among events, in the order in which they were sent. Throws when one cannot be read. */
export function messagesIn(events: readonly TraceEvent[]): readonly Told[] {
  return events.filter(({ type }) => type === 'iso8583').map(readMessage);
}

function readMessage({ service, detail }: TraceEvent): Told {
  const dialect = detail.dialect === 'pos' ? 'pos' : 'cups';
  const bytes = fromHex(String(detail.message));
  const spans = describe(dialect, bytes);
  const mti = spans.find(({ path }) => path === 'MTI')?.value ?? '';
  const elements = Object.fromEntries(
    spans
      .filter(({ path }) => /^DE\d+$/.test(path))
      .map(({ path, value }) => [Number(path.slice(2)), value]),
  );
  return { leg: String(detail.leg), sender: service, dialect, mti, elements, bytes };
}

/** Whether a message asks, so that its sender chose its trace number. */
export function isRequest({ mti }: Pick<Told, 'mti'>): boolean {
  return mti[2] === '0' || mti[2] === '2';
}

/** Whether a message is about money. */
export function isFinancial({ mti }: Pick<Told, 'mti'>): boolean {
  return mti.startsWith('02') || mti.startsWith('04');
}
