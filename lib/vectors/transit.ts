/** Worked examples of public transit: deny lists and stored value. They go through the same ciphers as all else. */
import { concat, fromAscii, fromHex, toHex, xor } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { tripleDesEncrypt } from '../cipher/des.ts';
import { cbcMac, hmacSha256, retailMac } from '../cipher/mac.ts';
import { type Comparison, type Family, textIn } from './vector.ts';

const denyEntry: Family = {
  ids: ['sheet-transit-4.1-deny-entry'],
  check: ({ inputs, outputs }) => {
    const hash = hmacSha256(bytesIn(inputs, 'key'), fromAscii(textIn(inputs, 'text')));
    return [compared('cipher/mac.ts hmacSha256', outputs, { entry: toHex(hash.subarray(0, 12)) })];
  },
};

const diversified: Family = {
  ids: ['sheet-transit-9.4-diversify'],
  check: ({ inputs, outputs }) => {
    const issuerKey = diversify(bytesIn(inputs, 'key'), bytesIn(inputs, 'issuer'));
    const cardKey = diversify(issuerKey, bytesIn(inputs, 'card'));
    const given = { issuer_key: revealHex(issuerKey), card_key: revealHex(cardKey) };
    return [compared('cipher/des.ts tripleDesEncrypt', outputs, given)];
  },
};

const purse: Family = {
  ids: ['sheet-transit-9.4-load*', 'sheet-transit-9.4-purchase'],
  check: ({ inputs, outputs }) => {
    const session = tripleDesEncrypt(bytesIn(inputs, 'key'), bytesIn(inputs, 'session_data'));
    const given = {
      session: revealHex(session),
      mac1: shortMac(session, bytesIn(inputs, 'mac1_data')),
      mac2: shortMac(session, bytesIn(inputs, 'mac2_data')),
    };
    const through = 'cipher/des.ts tripleDesEncrypt, cipher/mac.ts cbcMac';
    if (inputs.tac_key === undefined) return [compared(through, outputs, given)];
    const tacKey = bytesIn(inputs, 'tac_key');
    const tacSession = xor(tacKey.subarray(0, 8), tacKey.subarray(8));
    const tac = shortMac(tacSession, bytesIn(inputs, 'tac_data'));
    return [compared(through, outputs, { ...given, tac_session: revealHex(tacSession), tac })];
  },
};

const recordUpdate: Family = {
  ids: ['sheet-transit-9.5-record-update'],
  check: ({ inputs, outputs }) => {
    const record = new Uint8Array(Number(inputs.zeros));
    const data = concat(bytesIn(inputs, 'header'), bytesIn(inputs, 'record_head'), record);
    // A chain that starts at a value is the chain from zero whose first block has that value added.
    const started = concat(xor(data.subarray(0, 8), bytesIn(inputs, 'start')), data.subarray(8));
    const mac = toHex(retailMac(bytesIn(inputs, 'key'), started, 2).subarray(0, 4));
    return [compared('cipher/mac.ts retailMac', outputs, { mac })];
  },
};

export const transitFamilies: readonly Family[] = [denyEntry, diversified, purse, recordUpdate];

function diversify(key: Uint8Array, by: Uint8Array): Uint8Array {
  return tripleDesEncrypt(
    key,
    concat(
      by,
      by.map((byte) => byte ^ 0xff),
    ),
  );
}

function shortMac(session: Uint8Array, data: Uint8Array): string {
  return toHex(cbcMac(session, data, 2).subarray(0, 4));
}

function compared(
  through: string,
  expected: Comparison['expected'],
  given: Comparison['given'],
): Comparison {
  return { through, expected, given };
}

function bytesIn(values: Readonly<Record<string, unknown>>, name: string): Uint8Array {
  return fromHex(textIn(values, name));
}
