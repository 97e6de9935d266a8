import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import { encodeCommand } from '../apdu/apdu.ts';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { secret } from '../bytes/secret.ts';
import { CREDIT_AID, DEBIT_AID } from './aids.ts';
import { signedStaticData } from './certification.ts';
import { decodeStoreData } from './commands.ts';
import {
  certificationSteps,
  dataGroups,
  personalisationSteps,
  type TokenProfile,
} from './personalise.ts';
import { MAX_PLAIN_BYTES } from './scp03.ts';

const INSTANCE = `${DEBIT_AID}0001`;
const POINT = `04${'11'.repeat(64)}`;
const HASH = '22'.repeat(32);

// Token and keys are those of the cryptograms sheet, section 9.
const profile: TokenProfile = {
  kind: 'debit',
  instanceAid: INSTANCE,
  token: '6258249900000018',
  expiry: '3012',
  panSequenceNumber: '01',
  serviceCode: '201',
  label: 'Octavo Debit',
  derivationKeyIndex: 0x01,
  par: 'LXPA1234567890ABCDEFGHIJKLMNO',
  requestorId: '99900000001',
  cardKeys: {
    ac: secret(fromHex('8AE07F081FA873C4134CD964A225CB8C')),
    mac: secret(fromHex('CB52983ED6ABEFF8B5A4434531256B2F')),
    enc: secret(fromHex('45DAD5ECADDC624A0D79B6400B58A73B')),
  },
  firstCounter: 0,
  holder: { publicKey: fromHex(POINT), rpIdHash: fromHex(HASH), origin: 'https://wallet.example' },
  profileFlag: 0x00,
};

test('personalisation deletes what stands, installs, opens, then stores', () => {
  const steps = personalisationSteps(profile, encryptKeys);
  const hex = steps.map(({ command }) => toHex(encodeCommand(command)));
  same(hex[0], `80E400000C4F0A${INSTANCE}00`);
  same(hex[1], `80E60C002006A0000003330107A00000033301010A${INSTANCE}010002C9000000`);
  same(hex[2], `80E620001000000A${INSTANCE}00000000`);
  deepEqual(
    hex.slice(3).map((command) => command.slice(0, 8)),
    // Data groups in the order of the profile's table, the keys marked encrypted, the last one marked last.
    ['80E20000', '80E20001', '80E20002', '80E20003', '80E20004', '80E20005'].concat([
      '80E26006',
      '80E20007',
      '80E20008',
      '80E28009',
    ]),
  );
});

test('only DELETE may find nothing; every other step must succeed', () => {
  const [first, ...others] = personalisationSteps(profile, encryptKeys);
  deepEqual(first?.accepts, [0x9000, 0x6a88]);
  for (const { accepts } of others) deepEqual(accepts, [0x9000]);
});

test('a card reads the same data groups out of the commands', () => {
  const stored = personalisationSteps(profile, encryptKeys)
    .slice(3)
    .flatMap(({ command }) => decodeStoreData(command).dgis);
  deepEqual(stored, dataGroups(profile, encryptKeys));
});

test('each data group holds what the profile says', () => {
  // profile octavo-1, section 6, written out by hand; keys and check values are those of the
  // provisioning sheet, section 3.2.
  deepEqual(groupsOf(profile), {
    '0101': '702457126258249900000018D301220100000000000F5F200D4F435441564F2F484F4C444552',
    '0301': '70195A0862582499000000185F24033012315F280201565F340101',
    // 14 + 3 + 27 + 7 + 8 bytes make 3B.
    '9103':
      'A53B500C4F637461766F2044656269748701019F38189F66049F02069F03069F1A0295055F2A029A039C019F37045F2D047A68656EBF0C059F4D020B0A',
    // 07, key index 01, cryptogram version 01, verification results 03A00000, 01.
    '9207':
      '820270009F100807010103A00000019F241D4C585041313233343536373839304142434445464748494A4B4C4D4E4F9F1906099900000001',
    '0D01': '9F6C0200009F680400000800',
    '0E01': '9F360200009F510201565F340101',
    '8000':
      'DAA5DAFB2258736E528F8DB2BAABC2FCAB413D79EFBC5E5BEE27F21E6CADC39B5275852CD39046A895B788A3F5341AA9',
    '9000': '7FAF52421F75ECAF0C',
    A001: `8641${POINT}8020${HASH}811668747470733A2F2F77616C6C65742E6578616D706C65`,
    A002: '800100',
  });
});

// Certificates of any content: what the groups hold is the profile's table, section 15, written out by hand.
const authentication = {
  authorityIndex: 0xf0,
  issuer: {
    certificate: new Uint8Array(176).fill(0xa1),
    remainder: fromHex('A2A2A2A2'),
    exponent: fromHex('03'),
  },
  card: {
    certificate: new Uint8Array(144).fill(0xb1),
    remainder: new Uint8Array(26).fill(0xb2),
    exponent: fromHex('03'),
  },
  parts: {
    coefficient: new Uint8Array(64).fill(0xc1),
    secondExponent: new Uint8Array(64).fill(0xc2),
    firstExponent: new Uint8Array(64).fill(0xc3),
    secondPrime: new Uint8Array(64).fill(0xc4),
    firstPrime: new Uint8Array(64).fill(0xc5),
  },
};
const certified = { ...profile, authentication };
// 5A, 5F24, 5F34, 9F08, 9F19, 9F24, 9F4A.
const SIGNED =
  '5A0862582499000000185F24033012315F3401019F080200309F19060999000000019F241D' +
  '4C585041313233343536373839304142434445464748494A4B4C4D4E4F9F4A0182';

test('with certificates each group of theirs holds what the profile says', () => {
  const groups = groupsOf(certified);
  same(groups['0201'], `7081C08F01F09081B0${'A1'.repeat(176)}9F3201039204A2A2A2A2`);
  same(groups['0202'], `7081B59F468190${'B1'.repeat(144)}9F4701039F481A${'B2'.repeat(26)}`);
  same(groups['0302'], `7046${SIGNED}`);
  same(groups['0303'], '700B9F69080100000000000000');
  for (const [index, name] of ['8201', '8202', '8203', '8204', '8205'].entries()) {
    same(groups[name], toHex(encryptKeys(new Uint8Array(64).fill(0xc1 + index))), name);
  }
  same(groups['9103']?.endsWith('BF0C099F4D020B0ADF610140'), true);
});

test('without remainders their objects are left out', () => {
  const whole = { ...authentication.card, remainder: new Uint8Array(0) };
  const groups = groupsOf({ ...profile, authentication: { ...authentication, card: whole } });
  same(groups['0202']?.includes('9F481A'), false);
});

test('the static data of the card’s certificate are the signed record’s value and the interchange profile', () => {
  same(toHex(signedStaticData(profile)), `${SIGNED}7000`);
});

test('personalisation with certificates encrypts each part of the key, and is last with the last of them', () => {
  const hex = personalisationSteps(certified, encryptKeys).map(({ command }) =>
    toHex(encodeCommand(command)).slice(0, 8),
  );
  deepEqual(
    hex.slice(-10),
    ['80E20009', '80E2000A', '80E2000B', '80E2000C', '80E2000D', '80E2600E', '80E2600F'].concat([
      '80E26010',
      '80E26011',
      '80E2E012',
    ]),
  );
});

test('the later step opens the instance and stores its application and certificates, nothing else', () => {
  const steps = certificationSteps(certified, encryptKeys);
  const hex = steps.map(({ command }) => toHex(encodeCommand(command)));
  same(hex[0], `80E620001000000A${INSTANCE}00000000`);
  const groups = dataGroups(certified, encryptKeys);
  const stored = steps.slice(1).flatMap(({ command }) => decodeStoreData(command).dgis);
  const ids = ['9103', '0201', '0202', '0302', '0303', '8201', '8202', '8203', '8204', '8205'];
  deepEqual(
    stored,
    ids.map((id) => groups.find((one) => one.id === id)),
  );
  for (const { command, accepts } of steps) {
    deepEqual(accepts, [0x9000]);
    same(command.data.length <= MAX_PLAIN_BYTES, true);
  }
});

test('certificates that cannot be are a bug: an index of two bytes, a part that is not 64 bytes', () => {
  const wrong = [
    { ...authentication, authorityIndex: 256 },
    { ...authentication, parts: { ...authentication.parts, firstPrime: new Uint8Array(63) } },
  ];
  for (const one of wrong) {
    const asked = { ...profile, authentication: one };
    throws(() => certificationSteps(asked, encryptKeys), AssertionError);
    throws(() => personalisationSteps(asked, encryptKeys), AssertionError);
  }
});

test('check values are the first three bytes of eight zeros under each key', () => {
  // Provisioning sheet, section 5.
  const cardKeys = {
    ac: secret(fromHex('11223344006677881122334455007788')),
    mac: secret(fromHex('8B4F854F0831FBF2635A212E4DDDB92A')),
    enc: secret(fromHex('11220044556677881122330055667788')),
  };
  same(groupsOf({ ...profile, cardKeys })['9000'], '97DCB0CE4E2CB37DF3');
});

test('a holder with the passcode alone has no public key', () => {
  const { rpIdHash, origin } = profile.holder;
  const groups = groupsOf({ ...profile, holder: { rpIdHash, origin } });
  same(groups.A001?.slice(0, 4), '8020');
});

test('a laboratory token says so', () => {
  same(groupsOf({ ...profile, profileFlag: 0x01 }).A002, '800101');
});

test('an instance that is made again begins its counter where it is told to', () => {
  same(groupsOf({ ...profile, firstCounter: 0x1a00 })['0E01'], '9F36021A009F510201565F340101');
});

test('a token is good until the last day of its month', () => {
  const expiryOf = (expiry: string) => groupsOf({ ...profile, expiry })['0301']?.slice(30, 36);
  same(expiryOf('2802'), '280229');
  same(expiryOf('2702'), '270228');
  same(expiryOf('3004'), '300430');
});

test('a credit token is an instance of the credit name', () => {
  const credit = { ...profile, kind: 'credit', instanceAid: `${CREDIT_AID}0001` } as const;
  same(personalisationSteps(credit, encryptKeys).length, 13);
  throws(() => personalisationSteps({ ...profile, kind: 'credit' }, encryptKeys), AssertionError);
});

test('no command is longer than the secure channel carries', () => {
  for (const { command } of personalisationSteps(profile, encryptKeys)) {
    same(command.data.length <= MAX_PLAIN_BYTES, true);
  }
});

test('a profile that cannot be is a bug, told without its values', () => {
  const wrong: readonly Partial<TokenProfile>[] = [
    { token: '625824990000001' },
    { expiry: '3013' },
    { panSequenceNumber: '1' },
    { serviceCode: '20' },
    { label: 'Seventeen letters' },
    { par: profile.par.toLowerCase() },
    { requestorId: '9990000001' },
    { instanceAid: DEBIT_AID },
    { firstCounter: -1 },
    { firstCounter: 0xffff },
    { cardKeys: { ...profile.cardKeys, mac: secret(new Uint8Array(15)) } },
    { holder: { ...profile.holder, rpIdHash: new Uint8Array(31) } },
  ];
  for (const part of wrong) {
    throws(
      () => personalisationSteps({ ...profile, ...part }, encryptKeys),
      (error: Error) => error instanceof AssertionError && !/\d{8}/.test(error.message),
    );
  }
});

function groupsOf(of: TokenProfile): Record<string, string> {
  return Object.fromEntries(dataGroups(of, encryptKeys).map(({ id, data }) => [id, toHex(data)]));
}

/** K-DEK of the provisioning sheet, section 3.2. */
function encryptKeys(data: Uint8Array): Uint8Array {
  const key = fromHex('404142434445464748494A4B4C4D4E4F');
  const cipher = createCipheriv('aes-128-cbc', key, new Uint8Array(16)).setAutoPadding(false);
  return Uint8Array.from(cipher.update(data));
}
