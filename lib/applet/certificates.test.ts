/** Offline data authentication on the card's side. @see profile octavo-1, section 15 */
import { deepEqual, equal as same } from 'node:assert/strict';
import { constants, createPublicKey, publicDecrypt } from 'node:crypto';
import { test } from 'node:test';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { ISD_AID, PAYMENT_MODULE_AID, PAYMENT_PACKAGE_AID } from '../globalplatform/aids.ts';
import {
  deleteInstance,
  installForPersonalisation,
  installInstance,
  selectAid,
  storeData,
} from '../globalplatform/commands.ts';
import type { Dgi } from '../globalplatform/dgi.ts';
import {
  type CertificationProfile,
  certificationSteps,
  dataGroups,
  type TokenProfile,
} from '../globalplatform/personalise.ts';
import { type StaticKeys, wrapDek } from '../globalplatform/scp03.ts';
import { decodeTlv, findPath } from '../tlv/tlv.ts';
import { authenticationFor, CARD_KEY, OTHER_CARD_KEY } from './authentication.fixture.ts';
import {
  activate,
  agree,
  armByPasscode,
  Bench,
  certified,
  expressByPasscode,
  GPO,
  gpo,
  INSTANCE,
  PASSCODE,
  PROFILE,
  personalise,
  readyBench,
  SecureChannel,
  selectByReader,
} from './bench.test.ts';

/** The worked tap at a reader that checks signatures. @see docs/specs.md, EMV contactless sheet, section 4.1 */
const SIGNED_GPO = gpo('000000001250', '0156', '37800080');
const RECORDS = ['00B2011400', '00B2021400', '00B2021C00', '00B2031C00'];
const KEYS = ['8201', '8202', '8203', '8204', '8205'];

const valueIn = (answer: string, outer: string, tag: string): string => {
  const objects = decodeTlv(fromHex(answer.slice(0, -4)));
  return toHex(findPath(objects, outer, tag)?.value ?? new Uint8Array(0));
};

/** A bench whose token was made before there were certificates, and the keys of its domain. */
async function earlierBench(
  change: Partial<TokenProfile> = {},
): Promise<{ readonly bench: Bench; readonly keys: StaticKeys }> {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  personalise(bench, keys, { ...PROFILE, ...change });
  activate(bench, INSTANCE);
  return { bench, keys };
}

const NAMES = { package: PAYMENT_PACKAGE_AID, module: PAYMENT_MODULE_AID, instance: INSTANCE };

/** What the token service sends later. */
const LATER = certified() as CertificationProfile;

/** The groups of the later step, keys encrypted for this element. */
function laterGroups(keys: StaticKeys, profile: TokenProfile = certified()): readonly Dgi[] {
  const ids = ['9103', '0201', '0202', '0302', '0303', ...KEYS];
  return dataGroups(profile, (data) => wrapDek(keys, data)).filter(({ id }) => ids.includes(id));
}

/** Send the later step made of these groups; the last answer. */
function sendLater(bench: Bench, keys: StaticKeys, groups: readonly Dgi[]): number {
  const channel = new SecureChannel(bench, keys);
  same(channel.send(installForPersonalisation(INSTANCE)).status, 0x9000);
  let last = 0;
  for (const command of storeData(groups, KEYS)) {
    last = channel.send(command).status;
    if (last !== 0x9000) break;
  }
  return last;
}

/** Arm and tap at a reader that checks signatures. */
function signedTap(bench: Bench): string {
  bench.command(selectAid(ISD_AID));
  armByPasscode(bench);
  selectByReader(bench);
  return bench.air(SIGNED_GPO);
}

// --- the answer ---

test('a reader that checks signatures gets one, with the records that prove it', async () => {
  const bench = await readyBench(certified());
  const answer = signedTap(bench);
  const [outer] = decodeTlv(fromHex(answer.slice(0, -4)));
  deepEqual(
    outer?.children?.map(({ tag }) => tag),
    ['82', '94', '9F36', '57', '9F10', '9F26', '9F63', '5F34', '9F4B', '9F6C'],
  );
  same(valueIn(answer, '77', '94'), '1001020018020301');
  same(valueIn(answer, '77', '9F6C'), '0080');
  same(valueIn(answer, '77', '9F10').slice(6, 14), '03A40000');
  // The cryptogram over this TTQ's data is the worked one: 9F66 is not inside it. Contactless sheet, section 9.2.
  same(valueIn(answer, '77', '9F26'), 'AEBC72404A3A05AF');
});

test('the signature is version 01 in the long shape, as an independent implementation opens it', async () => {
  const bench = await readyBench(certified());
  const answer = signedTap(bench);
  const record = bench.air('00B2031C00');
  const related = valueIn(record, '70', '9F69');
  same(related.length, 16);
  same(related.slice(0, 2), '01');
  same(related.slice(10), '008000');
  const n = Buffer.from(CARD_KEY.modulus).toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'RSA', n, e: 'Aw' } });
  const signature = fromHex(valueIn(answer, '77', '9F4B'));
  const block = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature);
  // Contactless sheet, section 7.2: header, format, hash algorithm, L_DD, 02 ATC 9F69, then BB.
  const signed = `6A05010B020001${related}`;
  same(toHex(block).slice(0, signed.length), signed);
  same(toHex(block).slice(signed.length, -42), 'BB'.repeat(128 - 21 - signed.length / 2));
});

test('each tap has a random number of its own, and its record is the one of the last tap', async () => {
  const bench = await readyBench(certified());
  selectByReader(bench);
  same(bench.air('00B2031C00'), '700B9F690801000000000000009000');
  signedTap(bench);
  const first = bench.air('00B2031C00');
  signedTap(bench);
  const second = bench.air('00B2031C00');
  same(first === second, false);
  bench.powerCut();
  selectByReader(bench);
  same(bench.air('00B2031C00'), '700B9F690801000000000000009000');
});

test('a tap without a signature leaves no record of one', async () => {
  const bench = await readyBench(certified());
  signedTap(bench);
  armByPasscode(bench);
  bench.air(GPO);
  same(bench.air('00B2031C00'), '700B9F690801000000000000009000');
});

test('a reader that checks none is answered as before', async () => {
  const [with_, without] = [await readyBench(certified()), await readyBench()];
  const answers = [with_, without].map((bench) => {
    armByPasscode(bench);
    selectByReader(bench);
    return bench.air(GPO);
  });
  same(answers[0], answers[1]);
});

test('an instance without certificates answers a reader that checks them as before', async () => {
  const bench = await readyBench();
  const answer = signedTap(bench);
  same(valueIn(answer, '77', '94'), '');
  same(valueIn(answer, '77', '9F24').length, 58);
  for (const record of RECORDS) same(bench.air(record), '6A83');
});

test('the application says that it can be authenticated, and its records are there to read', async () => {
  const bench = await readyBench(certified());
  same(selectByReader(bench).includes('BF0C099F4D020B0ADF610140'), true);
  for (const record of RECORDS) same(bench.air(record).slice(-4), '9000');
  same(bench.air('00B2011C00').slice(-4), '9000');
  same(bench.air('00B2031400'), '6A83');
});

// --- a later step ---

test('a later step gives an instance its certificates: keys, counter, holder and registry stay', async () => {
  const { bench, keys } = await earlierBench();
  signedTap(bench);
  const channel = new SecureChannel(bench, keys);
  for (const { command } of certificationSteps(LATER, (data) => wrapDek(keys, data)))
    same(channel.send(command).status, 0x9000);
  same(bench.counter(INSTANCE), 1);
  const answer = signedTap(bench);
  same(valueIn(answer, '77', '9F36'), '0002');
  same(valueIn(answer, '77', '9F4B').length, 256);
  same(bench.state.lasting.registry.activated, INSTANCE);
});

test('certificates may be replaced, also those of the express instance, which stays so', async () => {
  const { bench, keys } = await earlierBench();
  same(sendLater(bench, keys, laterGroups(keys)), 0x9000);
  bench.command(selectAid(ISD_AID));
  expressByPasscode(bench);
  signedTap(bench);
  const authentication = authenticationFor(PROFILE, { key: OTHER_CARD_KEY });
  same(sendLater(bench, keys, laterGroups(keys, { ...PROFILE, authentication })), 0x9000);
  same(bench.state.lasting.express, INSTANCE);
  // What was signed under the old key is not read under the new one.
  selectByReader(bench);
  same(bench.air('00B2031C00'), '700B9F690801000000000000009000');
});

test('power gone at any step of it leaves the instance as it was, and the whole step succeeds then', async () => {
  const { bench, keys } = await earlierBench();
  const before = bench.state.lasting.instances;
  const steps = certificationSteps(LATER, (data) => wrapDek(keys, data));
  for (let cut = 0; cut < steps.length; cut++) {
    const channel = new SecureChannel(bench, keys);
    for (const { command } of steps.slice(0, cut)) same(channel.send(command).status, 0x9000);
    deepEqual(bench.state.lasting.instances, before);
    bench.powerCut();
    deepEqual(bench.state.lasting.instances, before);
  }
  const channel = new SecureChannel(bench, keys);
  for (const { command } of steps) channel.send(command);
  bench.powerCut();
  const [personal] = bench.state.lasting.instances.map((one) => one.personal);
  same(personal?.certificates !== undefined, true);
  same(valueIn(signedTap(bench), '77', '9F4B').length, 256);
});

for (const missing of ['9103', '0201', '0202', '0302', '0303', ...KEYS]) {
  test(`without data group ${missing} a later step changes nothing`, async () => {
    const { bench, keys } = await earlierBench();
    const before = bench.state.lasting.instances;
    const groups = laterGroups(keys).filter(({ id }) => id !== missing);
    same(sendLater(bench, keys, groups), 0x6a80);
    deepEqual(bench.state.lasting.instances, before);
  });
}

test('a tap between two steps counts, and the counter stays where it is', async () => {
  const { bench, keys } = await earlierBench();
  const channel = new SecureChannel(bench, keys);
  const steps = certificationSteps(LATER, (data) => wrapDek(keys, data));
  for (const { command } of steps.slice(0, 3)) channel.send(command);
  // The air leaves the wire's channel alone; the holder was armed by the phone before.
  const { passing } = bench.state;
  const arming = {
    kind: 'armed',
    aid: INSTANCE,
    mode: 'ready',
    amount: new Uint8Array(6),
    currency: new Uint8Array(2),
    sinceMs: bench.nowMs,
  } as const;
  bench.state = { ...bench.state, passing: { ...passing, arming } };
  selectByReader(bench);
  same(bench.air(GPO).slice(-4), '9000');
  for (const { command } of steps.slice(3)) same(channel.send(command).status, 0x9000);
  same(bench.counter(INSTANCE), 1);
});

// --- what does not belong together ---

type Wrong = readonly [
  what: string,
  change: (groups: readonly Dgi[], keys: StaticKeys) => readonly Dgi[],
];

const replaced =
  (id: string, hex: string) =>
  (groups: readonly Dgi[]): readonly Dgi[] =>
    groups.map((group) => (group.id === id ? { id, data: fromHex(hex) } : group));
const of = (groups: readonly Dgi[], id: string): string =>
  toHex(groups.find((group) => group.id === id)?.data ?? new Uint8Array(0));
const swapped =
  (id: string, from: string, to: string) =>
  (groups: readonly Dgi[]): readonly Dgi[] =>
    replaced(id, of(groups, id).replace(from, to))(groups);

const wrong: readonly Wrong[] = [
  [
    'an application that does not say so',
    swapped('9103', 'BF0C099F4D020B0ADF610140', 'BF0C059F4D020B0A'),
  ],
  ['an application that says it with other bits', swapped('9103', 'DF610140', 'DF610110')],
  [
    'another token in the signed record',
    swapped('0302', '5A086258249900000018', '5A086258249900000026'),
  ],
  ['another expiry in the signed record', swapped('0302', '5F2403301231', '5F2403311231')],
  ['another account in the signed record', swapped('0302', '9F241D51', '9F241D52')],
  [
    'another requestor in the signed record',
    swapped('0302', '9F1906012345678901', '9F1906012345678902'),
  ],
  ['a signed record without the interchange profile', swapped('0302', '9F4A0182', '9F4A0181')],
  ['a record that was tapped already', replaced('0303', '700B9F69080100000000008000')],
  ['a version that is not 01', replaced('0303', '700B9F69080000000000000000')],
  ['no template', replaced('0201', '8F01F0')],
  ['another exponent than the key’s', swapped('0202', '9F470103', '9F470102')],
  [
    'a remainder of another key',
    (groups) => {
      const remainder = toHex(CARD_KEY.modulus.subarray(-26));
      const other = toHex(OTHER_CARD_KEY.modulus.subarray(-26));
      return swapped('0202', `9F481A${remainder}`, `9F481A${other}`)(groups);
    },
  ],
  [
    'two parts that changed places',
    (groups) => {
      const [first, second] = [of(groups, '8201'), of(groups, '8202')];
      return replaced('8201', second)(replaced('8202', first)(groups));
    },
  ],
  ['a part cut short', (groups) => replaced('8205', of(groups, '8205').slice(32))(groups)],
  ['a part in clear', (groups) => replaced('8204', toHex(CARD_KEY.parts.secondPrime))(groups)],
];
for (const [what, change] of wrong) {
  test(`refused whole: ${what}`, async () => {
    const { bench, keys } = await earlierBench();
    const before = bench.state.lasting.instances;
    const groups = laterGroups(keys);
    const changed = change(groups, keys);
    same(JSON.stringify(changed) === JSON.stringify(groups), false);
    same(sendLater(bench, keys, changed), 0x6a80);
    deepEqual(bench.state.lasting.instances, before);
  });
}

test('a key that came without the encryption of keys is refused, and anything else under it', async () => {
  const { bench, keys } = await earlierBench();
  const groups = laterGroups(keys);
  for (const encrypted of [[], KEYS.slice(1), [...KEYS, '0201']]) {
    const channel = new SecureChannel(bench, keys);
    channel.send(installForPersonalisation(INSTANCE));
    const statuses = storeData(groups, encrypted).map((command) => channel.send(command).status);
    same(statuses.includes(0x6a80), true);
  }
});

test('personalisation with some of the groups and not all leaves the instance as it was installed', async () => {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  personalise(bench, keys, PROFILE);
  const groups = dataGroups(certified(), (data) => wrapDek(keys, data));
  for (const missing of ['0201', '0303', '8203']) {
    const channel = new SecureChannel(bench, keys);
    same(channel.send(deleteInstance(INSTANCE)).status, 0x9000);
    same(channel.send(installInstance(NAMES)).status, 0x9000);
    same(channel.send(installForPersonalisation(INSTANCE)).status, 0x9000);
    const some = groups.filter(({ id }) => id !== missing);
    const statuses = storeData(some, ['8000', ...KEYS]).map((one) => channel.send(one).status);
    same(statuses.at(-1), 0x6a80, missing);
    same(bench.counter(INSTANCE), undefined);
  }
});
