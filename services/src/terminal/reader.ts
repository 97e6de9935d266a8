/**
 * How this terminal's reader is set up, and one purchase as the kernel takes it.
 * @see docs/specs.md, EMV contactless sheet, sections 3.1, 4.1 and 6
 */
import type { InstantMs, Random } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import { fromAscii, fromHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import type { ReaderConfiguration, TapInput } from '@octavo/lib/kernel/reader.ts';

/** What a tap is for. */
export type Sale = {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly terminalId: string;
  readonly atMs: InstantMs;
  /** Tag 9F41. */
  readonly transactionCounter: number;
};

/** The purchase for the kernel, with a fresh unpredictable number. */
export function tapInput(sale: Sale, random: Random): TapInput {
  const { amountMinor, currency, atMs, terminalId } = sale;
  const { dateWithYear, time } = localTime(atMs);
  return {
    amountMinor,
    currency,
    country: '156',
    date: dateWithYear,
    time,
    transactionType: '00',
    unpredictableNumber: unpredictableNumber(random),
    transactionCounter: sale.transactionCounter,
    reader: { ...READER, terminal: { ...TERMINAL, serialNumber: fromAscii(terminalId) } },
  };
}

/** Four fresh bytes, never all zero: some cards take zeros for a terminal that cannot choose. */
function unpredictableNumber(random: Random): Uint8Array {
  for (;;) {
    const number = random(4);
    if (toUint(number) !== 0) return number;
  }
}

const TERMINAL = {
  // 9F33: no contact reader, no PIN, no signature; the holder is verified on the phone or not at all.
  capabilities: fromHex('000800'),
  // 9F35: attended, online with offline capability, run by the merchant.
  type: fromHex('22'),
  applicationVersion: fromHex('0030'),
};

/** Everything is asked online; from CNY 1,000.00 on the reader itself wants a verified holder. */
const READER: Omit<ReaderConfiguration, 'terminal'> = {
  aids: [fromHex('A000000333010101'), fromHex('A000000333010102')],
  kernelId: 7,
  limits: { floor: 0n, cvmRequired: 100_000n },
  // Quick path only: no contact reader, no PIN, no signature.
  ttq: fromHex('20000080'),
  online: true,
};
