import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { tlv } from '../tlv/tlv.ts';
import { tapRecords } from './arbitrary.fixture.ts';
import {
  correctedTimeMs,
  decodeTapRecord,
  encodeTapRecord,
  encodeTapRecordBody,
  recordHash,
  signedPart,
  type TapRecord,
} from './tap-record.ts';
import { TransitError } from './wire.ts';

/** 22 November 2026, 08:30:01 universal time. */
const TIME_MS = Date.UTC(2026, 10, 22, 8, 30, 1);

const entry: TapRecord = {
  gateId: 'METRO001',
  sequence: 2,
  kind: 'entry',
  deviceTimeMs: TIME_MS,
  offsetMs: -1500,
  uncertaintyMs: 130,
  place: {
    operator: 'demo-metro',
    station: 'xidan',
    line: 'line-1',
    vehicle: '',
    trip: '',
    route: '',
    stopId: '',
    direction: 'in',
  },
  // The entry of the transit sheet, section 4.1.
  credential: { hash: fromHex('9040E671865B666F7B105E9B'), epoch: 1 },
  accountReference: '99990000000000000000000000007',
  form: 'phone',
  tags: [tlv('9F36', fromHex('0001')), tlv('9A', fromHex('261122'))],
  sealedToken: fromHex('AABBCC'),
  authentication: 'verified',
  decision: 'allow',
  reason: '',
  list: { epoch: 1, version: 7 },
  tariffVersion: 3,
  previous: new Uint8Array(32).fill(0x11),
  signature: new Uint8Array(64).fill(0x22),
};

/** The same record, written down by hand, field by field in the order of the transit sheet, section 2.4. */
const WRITTEN = [
  '01', // version
  '4D4554524F303031', // METRO001
  '0000000000000002', // sequence
  '01', // entry
  '000001A202606328', // 22 November 2026, 08:30:01
  'FFFFFFFFFFFFFA24', // -1500
  '00000082', // 130
  '0A64656D6F2D6D6574726F', // operator
  '05786964616E', // station
  '066C696E652D31', // line
  '00000000', // no vehicle, trip, route, stop
  '01', // in
  '01',
  '9040E671865B666F7B105E9B',
  '00000001', // credential and epoch
  '1D3939393930303030303030303030303030303030303030303030303037',
  '02', // phone
  '000A',
  '9F36020001',
  '9A03261122',
  '03',
  'AABBCC', // sealed token
  '01', // verified
  '01', // allow
  '00', // no reason
  '00000001',
  '00000007', // list: epoch and version
  '00000003', // tariff
  '11'.repeat(32),
  '22'.repeat(64),
].join('');

describe('a tap record', () => {
  test('is its fields in a fixed order, then its signature', () => {
    equal(toHex(encodeTapRecord(entry)), WRITTEN);
    deepEqual(decodeTapRecord(fromHex(WRITTEN)), entry);
    equal(toHex(encodeTapRecordBody(entry)), WRITTEN.slice(0, -128));
    equal(toHex(signedPart(fromHex(WRITTEN))), WRITTEN.slice(0, -128));
  });

  test('without a token says so in one byte, without an account reference in another', () => {
    const { credential: _, accountReference: __, ...rest } = entry;
    const bare = encodeTapRecord({ ...rest, sealedToken: new Uint8Array(0) });
    equal(bare.length, WRITTEN.length / 2 - 16 - 29 - 3);
    const read = decodeTapRecord(bare);
    deepEqual([read.credential, read.accountReference], [undefined, undefined]);
  });

  test('is named by its hash with the signature', () => {
    const bytes = fromHex(WRITTEN);
    deepEqual(recordHash(bytes), new Uint8Array(createHash('sha256').update(bytes).digest()));
  });

  test('was made when the device says, and what its clock was off', () => {
    equal(correctedTimeMs(entry), TIME_MS - 1500);
  });

  test('reads back as it was written, whatever stands in it', () => {
    fc.assert(
      fc.property(tapRecords, (record) => {
        const bytes = encodeTapRecord(record);
        deepEqual(decodeTapRecord(bytes), record);
      }),
    );
  });
});

describe('what is no tap record is refused', () => {
  test('cut anywhere, or with anything behind it', () => {
    const bytes = fromHex(WRITTEN);
    for (let length = 0; length < bytes.length; length++)
      throws(() => decodeTapRecord(bytes.subarray(0, length)), TransitError);
    throws(() => decodeTapRecord(fromHex(`${WRITTEN}00`)), TransitError);
  });

  /** Each change is to the written form: what stood there, and what stands there then. */
  const changes: Readonly<Record<string, readonly [string, string]>> = {
    'another version': ['014D', '024D'],
    'a gate id in small letters': ['4D4554524F303031', '6D4554524F303031'],
    'sequence nought': ['0000000000000002', '0000000000000000'],
    'a sequence above what counts exactly': ['0000000000000002', '0020000000000000'],
    'a time after 2099': ['000001A202606328', '000003BB2CC3D800'],
    'a time that its offset leads before 1970': ['FFFFFFFFFFFFFA24', 'FFFFFE0000000000'],
    'a kind that there is not': ['00000000000000020100', '00000000000000020700'],
    'an open gate of a refused tap': ['00000000000000020100', '00000000000000020600'],
    'a blank in a name': ['05786964616E', '057869646120'],
    'a direction that there is not': ['0000000001019040', '0000000003019040'],
    'neither a token nor none': ['0000000001019040', '0000000001029040'],
    'an account reference in small letters': ['1D39', '1D61'],
    'data objects that are none': ['9F36020001', '9F36820001'],
    'the token in clear': ['9F36020001', '5A03020001'],
    'a template among the data objects': ['9F36020001', '7003820100'],
    'an authentication that there is not': ['AABBCC01', 'AABBCCFF'],
    'a decision that there is not': ['AABBCC0101', 'AABBCC0103'],
    'a refusal without a reason': ['AABBCC0101', 'AABBCC0102'],
    'a reason beside an open gate': ['AABBCC010100', 'AABBCC01010161'],
  };
  for (const [what, [stood, stands]] of Object.entries(changes)) {
    test(what, () => {
      ok(WRITTEN.includes(stood), 'the change is of something that stands there');
      throws(() => decodeTapRecord(fromHex(WRITTEN.replace(stood, stands))), TransitError);
    });
  }
});

test('a record is never written with what it may not hold', () => {
  const wrong: readonly Partial<TapRecord>[] = [
    { gateId: 'metro001' },
    { sequence: 0 },
    { kind: 'refused' },
    { deviceTimeMs: Date.UTC(2100, 0) },
    { offsetMs: -TIME_MS - 1 },
    { reason: 'gate.expired' },
    { tags: [tlv('57', fromHex('9999590100000012D31122010000'))] },
    { tags: [tlv('5A', fromHex('9999590100000012'))] },
    { tags: [tlv('5F20', fromHex('41'))] },
    { accountReference: '9999' },
    { credential: { hash: new Uint8Array(11), epoch: 1 } },
    { sealedToken: new Uint8Array(97) },
    { previous: new Uint8Array(31) },
    { place: { ...entry.place, station: 'x'.repeat(25) } },
  ].map((change) => change as Partial<TapRecord>);
  for (const change of wrong)
    throws(() => encodeTapRecord({ ...entry, ...change }), AssertionError, JSON.stringify(change));
});
