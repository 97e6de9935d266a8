/** For tests: shops that send on what a phone answered, and taps made with a token's keys outside any phone. */
import { institutions } from '@octavo/domain/demo.ts';
import { localTime } from '@octavo/domain/time.ts';
import { fromHex, toHex } from '@octavo/lib/bytes/bytes.ts';
import { type SecretBytes, secret } from '@octavo/lib/bytes/secret.ts';
import { applicationCryptogram, cryptogramInput01 } from '@octavo/lib/emv/cryptogram.ts';
import { encodeIad, iadMac } from '@octavo/lib/emv/iad.ts';
import { deriveCardKeys, unionPaySessionKey } from '@octavo/lib/emv/keys.ts';
import { decodeTlv, encodeTlv, tlv } from '@octavo/lib/tlv/tlv.ts';
import type { ManualClock } from '../../../platform/src/clock.ts';
import { systemRandom } from '../../../platform/src/random.ts';
import { keyring } from './bench.test.ts';
import type { LiveToken, Phone } from './phone-bench.test.ts';

/** The fields of a purchase as the acquirer sends it on, around the chip data of a tap. */
export function purchase(
  clock: ManualClock,
  token: Pick<LiveToken, 'number' | 'expiry'>,
  chipData: string,
  change: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const { transmission, time, date } = localTime(clock.nowMs());
  const traceNumber = String(nextTrace++).padStart(6, '0');
  const { code } = institutions.acquirer;
  const fields: Record<string, string | undefined> = {
    2: token.number,
    3: '000000',
    4: '000000002850',
    7: transmission,
    11: traceNumber,
    12: time,
    13: date,
    14: token.expiry,
    18: '5411',
    19: '156',
    22: '072',
    23: '001',
    25: '00',
    32: code,
    33: code,
    35: `${token.number}=${token.expiry}20100000000000`,
    37: `${transmission.slice(0, 6)}${traceNumber}`,
    41: '00000001',
    42: '999902010000001',
    43: 'NOODLE HOUSE             SHANGHAI     CN',
    49: '156',
    55: chipData,
    60: '00000060030000',
    ...change,
  };
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

let nextTrace = 1;

/** Tap a phone for 28.50 and give DE55 as the terminal sends it. */
export async function tapPhone(clock: ManualClock, phone: Phone): Promise<string> {
  const { dateWithYear } = localTime(clock.nowMs());
  const un = toHex(systemRandom(4));
  const values = `000000002850${'000000000000'}0156${'0000000000'}0156${dateWithYear}00${un}`;
  await phone.host.air(fromHex('00A4040008A00000033301010100'));
  const answer = toHex(await phone.host.air(fromHex(`80A800002383213600008${'0'}${values}00`)));
  if (!answer.endsWith('9000')) throw new Error(`the phone answered ${answer}`);
  const terminal =
    `9F0206000000002850` +
    `9F0306000000000000` +
    `9F1A020156` +
    `95050000000000` +
    `5F2A020156` +
    `9A03${dateWithYear}` +
    `9C0100` +
    `9F3704${un}`;
  const [template] = decodeTlv(fromHex(answer.slice(0, -4)));
  return toHex(template?.value ?? new Uint8Array(0)) + terminal;
}

/** What a made tap says other than a good one would. */
export type MadeTap = {
  readonly counter: number;
  readonly amount?: string;
  /** Card verification results; a verified holder when absent. */
  readonly cvr?: string;
  readonly unpredictableNumber?: string;
  readonly ctq?: string;
  readonly version?: number;
  readonly date?: string;
};

/**
 * Make a tap with the token's own card keys, as a copy of its element could: a right cryptogram over whatever is
 * asked, two different ones for one counter included.
 */
export function makeTap(clock: ManualClock, token: LiveToken, made: MadeTap): string {
  const master = keyring.tokens.cardMaster['01'] ?? { ac: '', mac: '', enc: '' };
  const key = (hex: string): SecretBytes => secret(fromHex(hex));
  const masterKeys = { ac: key(master.ac), mac: key(master.mac), enc: key(master.enc) };
  const cardKeys = deriveCardKeys(masterKeys, token.number, '01');
  const atc = fromHex(made.counter.toString(16).padStart(4, '0'));
  const amountBcd5 = new Uint8Array(5);
  const mac = iadMac(unionPaySessionKey(cardKeys.mac, atc), atc, amountBcd5);
  const issuerData = encodeIad({
    dki: 1,
    cvn: made.version ?? 1,
    cvr: fromHex(made.cvr ?? '03A40000'),
    algorithm: 1,
    discretionary: { dataId: 1, amountBcd5, mac },
  });
  const values = new Map<string, Uint8Array>([
    ['9F02', fromHex(made.amount ?? '000000002850')],
    ['9F03', fromHex('000000000000')],
    ['9F1A', fromHex('0156')],
    ['95', fromHex('0000000000')],
    ['5F2A', fromHex('0156')],
    ['9A', fromHex(made.date ?? localTime(clock.nowMs()).dateWithYear)],
    ['9C', fromHex('00')],
    [
      '9F37',
      made.unpredictableNumber === undefined ? systemRandom(4) : fromHex(made.unpredictableNumber),
    ],
    ['82', fromHex('7000')],
    ['9F36', atc],
    ['9F10', issuerData],
  ]);
  const sessionKey = unionPaySessionKey(cardKeys.ac, atc);
  values.set('9F26', applicationCryptogram(sessionKey, cryptogramInput01(values)));
  values.set('9F6C', fromHex(made.ctq ?? '0080'));
  return toHex(encodeTlv([...values].map(([tag, value]) => tlv(tag, value))));
}
