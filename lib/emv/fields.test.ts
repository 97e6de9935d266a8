import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../bytes/bytes.ts';
import {
  AIP,
  type Bit,
  CTQ,
  CVR,
  CVR_SUBFIELDS,
  cryptogramInformation,
  cvrHolderVerified,
  describeBits,
  describeSubfields,
  hasBit,
  subfieldValue,
  TTQ,
  TVR,
  withBit,
} from './fields.ts';

const TABLES: readonly (readonly [Readonly<Record<string, Bit>>, number])[] = [
  [TTQ, 4],
  [CTQ, 2],
  [AIP, 2],
  [CVR, 4],
  [TVR, 5],
];

/** Names of the bits that are set. */
function setIn(table: Readonly<Record<string, Bit>>, hex: string): readonly string[] {
  return describeBits(table, fromHex(hex))
    .filter(({ set }) => set)
    .map(({ name }) => name);
}

test('an attended till: quick path, contacts, online PIN, signature; a cryptogram when asked online', () => {
  // EMV contactless sheet, section 4.1
  const till = [
    'quickPathSupported',
    'contactSupported',
    'onlinePinSupported',
    'signatureSupported',
  ];
  deepEqual(setIn(TTQ, '36000080'), [...till, 'fddaVersion01Supported']);
  deepEqual(setIn(TTQ, '36800080'), [
    ...till,
    'onlineCryptogramRequired',
    'fddaVersion01Supported',
  ]);
});

test('a transit gate: quick path with offline data authentication', () => {
  // EMV contactless sheet, section 4.1
  deepEqual(setIn(TTQ, '21000080'), [
    'quickPathSupported',
    'authenticationForOnline',
    'fddaVersion01Supported',
  ]);
});

test('a phone whose holder was verified says so in byte 2 of the CTQ', () => {
  // EMV contactless sheet, section 4.2
  deepEqual(setIn(CTQ, '0080'), ['deviceCvmPerformed']);
  deepEqual(setIn(CTQ, '3000'), ['onlineIfAuthenticationFails', 'contactIfAuthenticationFails']);
});

test('profiles of the quick path and of the contacts', () => {
  // EMV contactless sheet, section 4.4
  deepEqual(setIn(AIP, '7000'), ['sdaSupported', 'ddaSupported', 'cvmSupported']);
  deepEqual(setIn(AIP, '7C00').slice(3), [
    'riskManagementRequired',
    'issuerAuthenticationSupported',
  ]);
  deepEqual(setIn(AIP, '0180'), ['cdaSupported', 'magneticStripePath']);
});

test('the quick verification results: asks the issuer, approves, declines', () => {
  // cryptograms sheet, section 5
  const says = (hex: string) =>
    describeSubfields(CVR_SUBFIELDS, fromHex(hex)).map(({ name, value }) => [name, value]);
  for (const [hex, first] of [
    ['03A00000', 2],
    ['03900000', 1],
    ['03800000', 0],
  ] as const) {
    deepEqual(setIn(CVR, hex), []);
    deepEqual(says(hex), [
      ['secondCryptogram', 2],
      ['firstCryptogram', first],
      ['scriptCommands', 0],
    ]);
  }
});

test('the count of script commands is a number, and one without words is shown as it is', () => {
  const described = describeSubfields(CVR_SUBFIELDS, fromHex('03A400F8'));
  deepEqual(described.at(-1)?.says, '15');
  deepEqual(setIn(CVR, '03A400F8'), ['holderVerificationPerformed', 'lastScriptFailed']);
});

test('the holder is verified when the card did it and it did not fail', () => {
  // 03A40000 is what a phone says of a verified holder: cryptograms sheet, section 5
  same(cvrHolderVerified(fromHex('03A40000')), true);
  same(cvrHolderVerified(fromHex('03A00000')), false);
  same(cvrHolderVerified(fromHex('03A60000')), false);
  same(cvrHolderVerified(fromHex('03A20000')), false);
  same(cvrHolderVerified(fromHex('')), false);
});

test('the published contact card and the results of its terminal', () => {
  // cryptograms sheet, section 4.3, V1: CVR 03A04002, TVR 0080046000
  deepEqual(setIn(CVR, '03A04002'), ['pinTryLimitExceeded', 'ddaPerformed']);
  deepEqual(setIn(TVR, '0080046000'), [
    'versionsDiffer',
    'onlinePinEntered',
    'lowerOfflineLimitExceeded',
    'upperOfflineLimitExceeded',
  ]);
  deepEqual(setIn(TVR, '0000000000'), []);
});

test('cryptogram information is read from the issuer application data', () => {
  // EMV contactless sheet, section 5, step 5
  same(cryptogramInformation(fromHex('07010103A0000001')), 0x80);
  same(cryptogramInformation(fromHex('0701010390000001')), 0x40);
  same(cryptogramInformation(fromHex('0701010380000001')), 0x00);
  same(cryptogramInformation(fromHex('07010103B0000001')), 0xc0);
});

test('every bit of a table is one bit, inside its field, named once', () => {
  for (const [table, length] of TABLES) {
    const seen = new Set<string>();
    for (const [name, bit] of Object.entries(table)) {
      same(bit.name, name);
      same(bit.byte >= 1 && bit.byte <= length, true, name);
      same(Number.isInteger(Math.log2(bit.mask)) && bit.mask <= 0x80, true, name);
      same(seen.has(`${bit.byte}.${bit.mask}`), false, name);
      seen.add(`${bit.byte}.${bit.mask}`);
    }
  }
});

test('subfields and bits of the verification results share no bit and leave none of the last byte out', () => {
  const taken = new Uint8Array(5);
  for (const { byte, mask } of [...Object.values(CVR), ...Object.values(CVR_SUBFIELDS)]) {
    same((taken[byte] as number) & mask, 0);
    taken[byte] = (taken[byte] as number) | mask;
  }
  same(toHex(taken), '0000FFFFFF');
});

test('a bit that is set is there, one that is cleared is not, and nothing else moves', () => {
  const any = fc.constantFrom(...TABLES.flatMap(([table]) => Object.values(table)));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), any, (bytes, bit) => {
      const before = hasBit(bytes, bit);
      same(hasBit(withBit(bytes, bit), bit), true);
      same(hasBit(withBit(bytes, bit, false), bit), false);
      deepEqual(withBit(withBit(bytes, bit, !before), bit, before), bytes);
    }),
  );
});

test('bytes that are not there are not described and have no bits', () => {
  deepEqual(describeBits(CTQ, new Uint8Array(0)), []);
  same(
    describeBits(CTQ, fromHex('00')).every(({ byte }) => byte === 1),
    true,
  );
  same(hasBit(fromHex('FF'), CTQ.deviceCvmPerformed), false);
  same(subfieldValue(fromHex('03'), CVR_SUBFIELDS.firstCryptogram), 0);
});
