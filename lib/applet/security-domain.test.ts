import { equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeCommand } from '../apdu/apdu.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { secret } from '../bytes/secret.ts';
import { SSD_AID } from '../globalplatform/aids.ts';
import {
  deleteInstance,
  initializeUpdate,
  installForPersonalisation,
  installInstance,
  selectAid,
  storeData,
} from '../globalplatform/commands.ts';
import { type Dgi, encodeDgi } from '../globalplatform/dgi.ts';
import { dataGroups } from '../globalplatform/personalise.ts';
import {
  deriveSession,
  externalAuthenticate,
  type StaticKeys,
  wrap,
  wrapDek,
} from '../globalplatform/scp03.ts';
import {
  activate,
  agree,
  armByPasscode,
  Bench,
  GPO,
  INSTANCE,
  OTHER_INSTANCE,
  PASSCODE,
  PROFILE,
  personalise,
  SecureChannel,
  selectByReader,
} from './bench.test.ts';

const CHALLENGE = fromHex('0102030405060708');
const NAMES = { package: 'A00000033301', module: 'A0000003330101' };
const INITIALIZE = '80500000080102030405060708';

async function agreedBench(): Promise<{ bench: Bench; keys: StaticKeys }> {
  const bench = new Bench();
  bench.wired(`0024018106${PASSCODE}`);
  const keys = await agree(bench);
  return { bench, keys };
}

/** Everything up to the first STORE DATA. */
async function installed(): Promise<{ bench: Bench; keys: StaticKeys; channel: SecureChannel }> {
  const { bench, keys } = await agreedBench();
  const channel = new SecureChannel(bench, keys);
  same(channel.send(installInstance({ ...NAMES, instance: INSTANCE })).status, 0x9000);
  same(channel.send(installForPersonalisation(INSTANCE)).status, 0x9000);
  return { bench, keys, channel };
}

const groupsOf = (keys: StaticKeys): readonly Dgi[] =>
  dataGroups(PROFILE, (data) => wrapDek(keys, data));

/** Send data groups, and say how the last was answered. */
function store(channel: SecureChannel, groups: readonly Dgi[], encrypted = ['8000']): number {
  const answers = storeData(groups, encrypted).map((command) => channel.send(command).status);
  return answers.at(-1) as number;
}

test('without agreed keys there is no channel', () => {
  const bench = new Bench();
  bench.command(selectAid(SSD_AID));
  same(bench.wired(`${INITIALIZE}00`), '6985');
});

test('INITIALIZE UPDATE asks for the key version held, or for any', async () => {
  const { bench } = await agreedBench();
  bench.command(selectAid(SSD_AID));
  same(bench.command(initializeUpdate(0x31, CHALLENGE)).status, 0x6a88);
  same(bench.command(initializeUpdate(0x30, CHALLENGE)).status, 0x9000);
  same(bench.wired('805000000700010203040506'), '6A80');
  same(bench.wired('80500001080102030405060708'), '6A86');
});

test('the sequence counter rises with every INITIALIZE UPDATE, through power-off too', async () => {
  const { bench } = await agreedBench();
  for (const counter of ['000001', '000002', '000003']) {
    bench.powerCut();
    bench.command(selectAid(SSD_AID));
    const { data } = bench.command(initializeUpdate(0x00, CHALLENGE));
    same(toHex(data).slice(0, 26), `${'00'.repeat(10)}300370`);
    same(toHex(data).slice(-6), counter);
  }
});

test('a domain serves level 33 only', async () => {
  const { bench, keys } = await agreedBench();
  bench.command(selectAid(SSD_AID));
  const { data } = bench.command(initializeUpdate(0x00, CHALLENGE));
  const session = deriveSession(keys, CHALLENGE, data.subarray(13, 21));
  same(bench.command(externalAuthenticate(session, 0x03)[1]).status, 0x6982);
});

test('EXTERNAL AUTHENTICATE needs a challenge before it', async () => {
  const { bench } = await agreedBench();
  bench.command(selectAid(SSD_AID));
  same(bench.wired(`8482330010${'00'.repeat(16)}`), '6985');
});

test('ten failed authentications in a row block the domain until new keys are agreed', async () => {
  const { bench } = await agreedBench();
  bench.command(selectAid(SSD_AID));
  for (let count = 0; count < 10; count++) {
    same(bench.command(initializeUpdate(0x00, CHALLENGE)).status, 0x9000);
    same(bench.wired(`8482330010${'00'.repeat(16)}`), '6982');
    if (count === 5) bench.powerCut();
    bench.command(selectAid(SSD_AID));
  }
  same(bench.command(initializeUpdate(0x00, CHALLENGE)).status, 0x6983);
  bench.powerCut();
  bench.command(selectAid(SSD_AID));
  same(bench.command(initializeUpdate(0x00, CHALLENGE)).status, 0x6983);
  const renewed = await agree(bench, 0x31);
  same(new SecureChannel(bench, renewed).send(deleteInstance(INSTANCE)).status, 0x6a88);
});

test('a success forgets the failures before it', async () => {
  const { bench, keys } = await agreedBench();
  for (let round = 0; round < 3; round++) {
    bench.command(selectAid(SSD_AID));
    for (let count = 0; count < 9; count++) {
      bench.command(initializeUpdate(0x00, CHALLENGE));
      same(bench.wired(`8482330010${'00'.repeat(16)}`), '6982');
    }
    new SecureChannel(bench, keys);
  }
});

test('a wrong MAC ends the session: even a right command is refused after it', async () => {
  const { bench, keys } = await agreedBench();
  const channel = new SecureChannel(bench, keys);
  const right = toHex(encodeCommand(wrap(channel.session, deleteInstance(INSTANCE))[1]));
  const wrong = `${right.slice(0, -4)}${right.slice(-4, -2) === '00' ? '01' : '00'}00`;
  same(bench.wired(wrong), '6982');
  same(bench.wired(right), '6982');
});

test('a command in clear ends the session too, and a SELECT does', async () => {
  const { bench, keys } = await agreedBench();
  const install = installInstance({ ...NAMES, instance: INSTANCE });
  for (const clear of ['80CA9F7F00', '80E400000C4F0AA0000003330101010001', '00A4040000']) {
    const channel = new SecureChannel(bench, keys);
    bench.wired(clear);
    if (clear.startsWith('00A4')) bench.command(selectAid(SSD_AID));
    throws(() => same(channel.send(install).status, 0x9000));
  }
  same(bench.state.lasting.instances.length, 0);
});

test('a reader in the field leaves the channel open', async () => {
  const { bench, channel } = await installed();
  bench.air('00A404000E325041592E5359532E444446303100');
  bench.air('80A8000002830000');
  same(channel.send(deleteInstance(INSTANCE)).status, 0x9000);
});

test('nothing is managed outside the channel', async () => {
  const { bench } = await agreedBench();
  bench.command(selectAid(SSD_AID));
  for (const command of [
    installInstance({ ...NAMES, instance: INSTANCE }),
    installForPersonalisation(INSTANCE),
    deleteInstance(INSTANCE),
    { cla: 0x80, ins: 0xe2, p1: 0x80, p2: 0x00, data: fromHex('900000') },
  ])
    same(bench.command(command).status, 0x6982);
  same(bench.wired('80D8000000'), '6D00');
});

test('an instance is of our module, under a debit or credit name with two bytes after it', async () => {
  const { bench, keys } = await agreedBench();
  const channel = new SecureChannel(bench, keys);
  const install = (change: Partial<typeof NAMES> & { instance?: string }): number =>
    channel.send(installInstance({ ...NAMES, instance: INSTANCE, ...change })).status;
  same(install({ package: 'A00000033302' }), 0x6a80);
  same(install({ module: 'A0000003330102' }), 0x6a80);
  same(install({ instance: 'A000000333010101' }), 0x6a80);
  same(install({ instance: 'A0000003330101030001' }), 0x6a80);
  same(install({ instance: OTHER_INSTANCE }), 0x9000);
  same(install({ instance: OTHER_INSTANCE }), 0x6985);
});

test('the ninth instance finds no room, and a deleted one makes room', async () => {
  const { bench, keys } = await agreedBench();
  const channel = new SecureChannel(bench, keys);
  const nameOf = (index: number): string => `A0000003330101010${index}00`;
  const install = (index: number): number =>
    channel.send(installInstance({ ...NAMES, instance: nameOf(index) })).status;
  for (let index = 1; index <= 8; index++) same(install(index), 0x9000);
  same(install(9), 0x6a84);
  same(install(1), 0x6985);
  same(channel.send(deleteInstance(nameOf(3))).status, 0x9000);
  same(install(9), 0x9000);
});

test('DELETE and INSTALL [personalization] of an unknown name are refused', async () => {
  const { channel } = await installed();
  same(channel.send(deleteInstance(OTHER_INSTANCE)).status, 0x6a88);
  same(channel.send(installForPersonalisation(OTHER_INSTANCE)).status, 0x6a88);
});

test('a personalised instance is never personalised over: none of its own groups is taken again', async () => {
  const { bench, keys } = await agreedBench();
  personalise(bench, keys, PROFILE);
  const channel = new SecureChannel(bench, keys);
  for (const { id, data } of groupsOf(keys).filter(({ id: one }) => one !== '9103')) {
    same(channel.send(installForPersonalisation(INSTANCE)).status, 0x9000);
    const [command] = storeData([{ id, data }], ['8000']);
    same(command && channel.send(command).status, 0x6a80, id);
  }
});

test('the instance is personalised when the last group has come, and not before', async () => {
  const { bench, keys, channel } = await installed();
  const commands = storeData(groupsOf(keys), ['8000']);
  for (const command of commands) {
    same(bench.counter(INSTANCE), undefined);
    same(channel.send(command).status, 0x9000);
  }
  same(bench.counter(INSTANCE), 0);
});

for (const missing of ['0101', '0301', '9103', '9207', '0D01', '0E01', '8000', '9000', 'A002']) {
  test(`without data group ${missing} the instance stays as it was installed`, async () => {
    const { bench, keys, channel } = await installed();
    const groups = groupsOf(keys).filter(({ id }) => id !== missing);
    same(store(channel, groups), 0x6a80);
    same(bench.counter(INSTANCE), undefined);
    // What came is thrown away: the rest alone does not make it whole, a new start does.
    same(store(channel, groupsOf(keys)), 0x6985);
    same(channel.send(installForPersonalisation(INSTANCE)).status, 0x9000);
    same(store(channel, groupsOf(keys)), 0x9000);
  });
}

test('the holder group may be missing: then the passcode alone serves', async () => {
  const { bench, keys, channel } = await installed();
  same(
    store(
      channel,
      groupsOf(keys).filter(({ id }) => id !== 'A001'),
    ),
    0x9000,
  );
  activate(bench, INSTANCE);
  armByPasscode(bench);
  selectByReader(bench);
  same(bench.air(GPO).slice(-4), '9000');
});

/** The same groups with the content of one replaced. */
const replace = (groups: readonly Dgi[], id: string, change: (hex: string) => string): Dgi[] =>
  groups.map((dgi) => (dgi.id === id ? { id, data: fromHex(change(toHex(dgi.data))) } : dgi));

const wrongGroups: readonly (readonly [string, string, (hex: string) => string])[] = [
  ['check values of other keys', '9000', (hex) => `00${hex.slice(2)}`],
  ['two check values', '9000', (hex) => hex.slice(0, 12)],
  ['two card keys', '8000', (hex) => hex.slice(0, 64)],
  [
    'a list that the cryptogram version cannot use',
    '9103',
    (hex) => hex.replace('9F3704', '9F3703'),
  ],
  [
    'a track 2 of another token',
    '0101',
    (hex) => hex.replace('6258249900000018', '6258249900000026'),
  ],
  ['another cryptogram version', '9207', (hex) => hex.replace('070101', '070111')],
  ['a PAR cut short', '9207', (hex) => hex.replace('9F241D', '9F241C')],
  ['a record without its template', '0301', (hex) => hex.slice(4)],
  ['bytes after a record', '0301', (hex) => `${hex}9000`],
  ['a profile of two bytes', 'A002', () => '80020000'],
  ['an unknown profile', 'A002', () => '800102'],
  ['a holder key that is no point', 'A001', (hex) => `${hex.slice(0, 8)}FF${hex.slice(10)}`],
  ['a relying party that is no hash', 'A001', () => '800100810178'],
  ['an origin that JSON would write otherwise', 'A001', () => `8020${'00'.repeat(32)}810122`],
];

for (const [what, id, change] of wrongGroups) {
  test(`personalisation is refused whole for: ${what}`, async () => {
    const { bench, keys, channel } = await installed();
    same(store(channel, replace(groupsOf(keys), id, change)), 0x6a80);
    same(bench.counter(INSTANCE), undefined);
  });
}

test('a group twice, an unknown group, keys in clear or a block out of order end the collection', async () => {
  const { keys, channel } = await installed();
  const [first, second] = groupsOf(keys) as [Dgi, Dgi];
  const restart = (): number => channel.send(installForPersonalisation(INSTANCE)).status;
  same(store(channel, [first, first, second]), 0x6985);
  restart();
  same(store(channel, [first, { id: '9F01', data: fromHex('00') }]), 0x6a80);
  restart();
  same(store(channel, groupsOf(keys), []), 0x6985);
  restart();
  same(store(channel, groupsOf(keys), ['8000', 'A002']), 0x6a80);
  restart();
  const [, later] = storeData([first, second, first], []);
  same(later && channel.send(later).status, 0x6a80);
});

test('STORE DATA needs an instance that is being personalised', async () => {
  const { bench, keys } = await agreedBench();
  const channel = new SecureChannel(bench, keys);
  same(store(channel, groupsOf(keys)), 0x6985);
});

test('any other command between the groups throws them away', async () => {
  const { keys, channel } = await installed();
  const commands = storeData(groupsOf(keys), ['8000']);
  for (const command of commands.slice(0, 3)) same(channel.send(command).status, 0x9000);
  same(channel.send(deleteInstance(OTHER_INSTANCE)).status, 0x6a88);
  same(commands[3] && channel.send(commands[3]).status, 0x6985);
});

test('the keys of one domain do not open the card keys of another', async () => {
  const { keys, bench, channel } = await installed();
  const other = { ...keys, dek: secret(new Uint8Array(16)) };
  const groups = dataGroups(PROFILE, (data) => wrapDek(other, data));
  same(store(channel, groups), 0x6a80);
  same(bench.counter(INSTANCE), undefined);
});

test('any command inside the channel is answered, and only an error leaves without its MAC', async () => {
  const { bench, keys, channel } = await installed();
  const { state } = bench;
  const { session } = channel;
  const header = fc.constantFrom(
    'E60C00',
    'E62000',
    'E20000',
    'E28000',
    'E26000',
    'E40000',
    'CA9F7F',
  );
  const group = fc.constantFrom(...groupsOf(keys)).map((dgi) => encodeDgi(dgi));
  const data = fc.oneof(group, fc.uint8Array({ maxLength: 239 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(header, data), { maxLength: 12 }), (sequence) => {
      bench.state = state;
      channel.session = session;
      for (const [hex, bytes] of sequence) {
        const [ins, p1, p2] = fromHex(hex) as unknown as [number, number, number];
        channel.send({ cla: 0x80, ins, p1, p2, data: bytes });
      }
    }),
  );
});

test('a deleted instance is gone: not selected, not armed, not activated when its name comes again', async () => {
  const { bench, keys } = await agreedBench();
  personalise(bench, keys, PROFILE);
  activate(bench, INSTANCE);
  selectByReader(bench);
  same(bench.air(GPO), '6986');
  armByPasscode(bench);
  personalise(bench, keys, PROFILE);
  same(bench.air(GPO), '6985');
  same(selectByReader(bench), '6A82');
  activate(bench, INSTANCE);
  same(bench.air(GPO), '6985');
  same(bench.wired(`803A02000C4F0A${INSTANCE}00`), '6985');
  selectByReader(bench);
  same(bench.air(GPO), '6986');
});
