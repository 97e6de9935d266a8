/**
 * How a gate's reader is set up, and one tap as the kernel takes it: no amount, no holder, an online cryptogram that
 * nobody waits for, and the card's signature at once.
 * @see docs/specs.md, transit sheet, section 2.1, and profile octavo-1, section 15
 */
import type { PublicAuthorityKey, Random } from '@octavo/domain/ports.ts';
import { localTime } from '@octavo/domain/time.ts';
import { fromAscii, fromHex, toUint } from '@octavo/lib/bytes/bytes.ts';
import type { ReaderConfiguration, TapInput } from '@octavo/lib/kernel/reader.ts';

/** One tap at one gate. */
export type GateTap = {
  readonly gateId: string;
  /** The number that its record will have. */
  readonly sequence: number;
  /** By the gate's clock, put right as well as it knows. */
  readonly atMs: number;
};

/** The tap for the kernel, with a fresh unpredictable number. */
export function tapInput(
  { gateId, sequence, atMs }: GateTap,
  authorityKeys: readonly PublicAuthorityKey[],
  random: Random,
): TapInput {
  const { dateWithYear, time } = localTime(atMs);
  return {
    amountMinor: 0n,
    currency: '156',
    country: '156',
    date: dateWithYear,
    time,
    transactionType: '00',
    unpredictableNumber: unpredictableNumber(random),
    // Tag 9F41 has eight digits.
    transactionCounter: sequence % 100_000_000,
    reader: configurationOf(gateId, authorityKeys),
  };
}

function configurationOf(
  gateId: string,
  authorityKeys: readonly PublicAuthorityKey[],
): ReaderConfiguration {
  return {
    aids: [fromHex('A000000333010101'), fromHex('A000000333010102')],
    kernelId: 7,
    limits: {},
    // 9F66: quick path, no contact reader, no holder; authentication for an online cryptogram.
    ttq: fromHex('21000080'),
    online: true,
    zeroAmountAllowed: true,
    offlineAuthentication: { authorityKeys, revoked: new Set() },
    terminal: {
      // 9F33: no contact reader, no PIN, no signature.
      capabilities: fromHex('000800'),
      // 9F35: unattended, offline with online capability, run by the merchant.
      type: fromHex('25'),
      applicationVersion: fromHex('0030'),
      serialNumber: fromAscii(gateId),
    },
  };
}

/** Four fresh bytes, never all zero: some cards take zeros for a terminal that cannot choose. */
function unpredictableNumber(random: Random): Uint8Array {
  for (;;) {
    const number = random(4);
    if (toUint(number) !== 0) return number;
  }
}
