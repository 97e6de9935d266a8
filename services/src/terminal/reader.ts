/**
 * How this terminal's reader is set up, and one purchase as the kernel takes it.
 * @see docs/specs.md, EMV contactless sheet, sections 3.1, 4.1 and 6
 */
import type { z } from '@hono/zod-openapi';
import type { InstantMs, Random } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import { fromAscii, fromHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import { TTQ, withBit } from '@octavo/lib/emv/fields.ts';
import type { ReaderConfiguration, TapInput } from '@octavo/lib/kernel/reader.ts';
import type { Settings as SettingsShape } from './contract.ts';

/** How a till's reader is set up. */
export type Settings = z.output<typeof SettingsShape>;

/** A reader as it comes: everything is asked online; from CNY 1,000.00 on the reader itself wants a verified holder. @see profile octavo-1, section 12 */
export const STANDARD_SETTINGS: Settings = {
  floorLimitMinor: 0,
  cvmLimitMinor: 100_000,
  contactlessLimitMinor: null,
  offlineOnly: false,
  country: '156',
  currency: '156',
};

/** What a tap is for. */
export type Sale = {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly terminalId: string;
  readonly atMs: InstantMs;
  /** Tag 9F41. */
  readonly transactionCounter: number;
};

/** The purchase for the kernel at a reader that is set up so, with a fresh unpredictable number. */
export function tapInput(sale: Sale, settings: Settings, random: Random): TapInput {
  const { amountMinor, currency, atMs, terminalId } = sale;
  const { dateWithYear, time } = localTime(atMs);
  return {
    amountMinor,
    currency,
    country: settings.country,
    date: dateWithYear,
    time,
    transactionType: '00',
    unpredictableNumber: unpredictableNumber(random),
    transactionCounter: sale.transactionCounter,
    reader: configurationOf(settings, terminalId),
  };
}

function configurationOf(settings: Settings, terminalId: string): ReaderConfiguration {
  const { offlineOnly, contactlessLimitMinor } = settings;
  return {
    aids: [fromHex('A000000333010101'), fromHex('A000000333010102')],
    kernelId: 7,
    limits: {
      ...(contactlessLimitMinor === null ? {} : { transaction: BigInt(contactlessLimitMinor) }),
      floor: BigInt(settings.floorLimitMinor),
      cvmRequired: BigInt(settings.cvmLimitMinor),
    },
    ttq: withBit(QUICK_PATH_ONLY, TTQ.offlineOnly, offlineOnly),
    online: !offlineOnly,
    terminal: {
      // 9F33: no contact reader, no PIN, no signature; the holder is verified on the phone or not at all.
      capabilities: fromHex('000800'),
      // 9F35: attended, run by the merchant; online with offline capability, or offline only.
      type: fromHex(offlineOnly ? '23' : '22'),
      applicationVersion: fromHex('0030'),
      serialNumber: fromAscii(terminalId),
    },
  };
}

/** 9F66: no contact reader, no PIN, no signature. */
const QUICK_PATH_ONLY = fromHex('20000080');

/** Four fresh bytes, never all zero: some cards take zeros for a terminal that cannot choose. */
function unpredictableNumber(random: Random): Uint8Array {
  for (;;) {
    const number = random(4);
    if (toUint(number) !== 0) return number;
  }
}
