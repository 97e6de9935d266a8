import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Command, decodeCommand, encodeCommand } from '../apdu/apdu.ts';
import { AssertionError } from '../bytes/assert.ts';
import { fromHex, toHex } from '../bytes/bytes.ts';
import {
  CRS_AID,
  DEBIT_AID,
  ISD_AID,
  PAYMENT_MODULE_AID,
  PAYMENT_PACKAGE_AID,
  SSD_AID,
} from './aids.ts';
import {
  decodeAids,
  decodeDelete,
  decodeInitializeUpdate,
  decodeInitializeUpdateAnswer,
  decodeInstall,
  decodeStoreData,
  deleteInstance,
  encodeInitializeUpdateAnswer,
  GlobalPlatformError,
  getData,
  initializeUpdate,
  installForPersonalisation,
  installInstance,
  selectAid,
  storeData,
} from './commands.ts';

const INSTANCE = `${DEBIT_AID}0001`;
const NAMES = { package: PAYMENT_PACKAGE_AID, module: PAYMENT_MODULE_AID, instance: DEBIT_AID };

test('SELECT names an application', () => {
  // Provisioning sheet, section 6.1.
  same(hexOf(selectAid(CRS_AID)), '00A4040009A0000001514352530000');
  same(hexOf(selectAid(ISD_AID)), '00A4040008A00000015100000000');
});

test('GET DATA asks for a tag of two bytes', () => {
  // profile octavo-1, sections 3 and 4.
  same(hexOf(getData('7F21')), '80CA7F2100');
  same(hexOf(getData('9F7F')), '80CA9F7F00');
  same(hexOf(getData('DF01')), '80CADF0100');
  throws(() => getData('42'), AssertionError);
});

test('INITIALIZE UPDATE carries key version and host challenge', () => {
  // Provisioning sheet, section 3.2.
  const command = initializeUpdate(0x30, fromHex('0102030405060708'));
  same(hexOf(command), '8050300008010203040506070800');
  deepEqual(decodeInitializeUpdate(command), {
    keyVersion: 0x30,
    hostChallenge: fromHex('0102030405060708'),
  });
  refuses(() => decodeInitializeUpdate({ ...command, p2: 0x01 }), 0x6a86);
  refuses(() => decodeInitializeUpdate({ ...command, data: new Uint8Array(7) }), 0x6a80);
});

test('its answer is 32 bytes with challenge, cryptogram and sequence counter', () => {
  // Provisioning sheet, section 3.2.
  const bytes = fromHex('000000000000000000003003701112131415161718D7C86A7D0A2D0DDC000001');
  const answer = {
    keyVersion: 0x30,
    cardChallenge: fromHex('1112131415161718'),
    cardCryptogram: fromHex('D7C86A7D0A2D0DDC'),
    sequenceCounter: fromHex('000001'),
  };
  deepEqual(decodeInitializeUpdateAnswer(bytes), answer);
  same(toHex(encodeInitializeUpdateAnswer(answer)), toHex(bytes));
  for (let end = 0; end < bytes.length; end++) {
    refuses(() => decodeInitializeUpdateAnswer(bytes.subarray(0, end)), 0x6a80);
  }
  refuses(() => decodeInitializeUpdateAnswer(fromHex(`${toHex(bytes)}00`)), 0x6a80);
});

test('an answer of SCP02, or of SCP03 with other options, is refused', () => {
  const tail = '1112131415161718D7C86A7D0A2D0DDC000001';
  for (const scp of ['300200', '300300', '300360', '300371']) {
    const bytes = fromHex(`00000000000000000000${scp}${tail}`);
    refuses(() => decodeInitializeUpdateAnswer(bytes), 0x6a80);
  }
});

test('INSTALL makes an instance of the payment module selectable', () => {
  // Provisioning sheet, section 3.2.
  const hex = '80E60C001E06A0000003330107A000000333010108A000000333010101010002C9000000';
  same(hexOf(installInstance(NAMES)), hex);
  deepEqual(decodeInstall(decodeCommand(fromHex(hex))), { kind: 'install', ...NAMES });
});

test('INSTALL opens an instance for personalisation', () => {
  // Provisioning sheet, section 3.2.
  const hex = '80E620000E000008A00000033301010100000000';
  same(hexOf(installForPersonalisation(DEBIT_AID)), hex);
  const instance = DEBIT_AID;
  deepEqual(decodeInstall(decodeCommand(fromHex(hex))), { kind: 'personalise', instance });
});

test('privileges, parameters, tokens and other kinds of INSTALL are refused', () => {
  const install = (p1p2: string, data: string): Command => ({
    ...decodeCommand(fromHex(`80E6${p1p2}`)),
    data: fromHex(data),
  });
  const names = '06A0000003330107A000000333010108A000000333010101';
  same(decodeInstall(install('0C00', `${names}010002C90000`)).kind, 'install');
  refuses(() => decodeInstall(install('0C00', `${names}018002C90000`)), 0x6a80);
  refuses(() => decodeInstall(install('0C00', `${names}010003C9010000`)), 0x6a80);
  refuses(() => decodeInstall(install('0C00', `${names}010002C9000101`)), 0x6a80);
  refuses(() => decodeInstall(install('0C00', `${names}010002C9000000`)), 0x6a80);
  refuses(() => decodeInstall(install('0C00', '04A000000307A000000333010105A000000333')), 0x6a80);
  refuses(() => decodeInstall(install('2000', '000008A00000033301010100000100')), 0x6a80);
  refuses(() => decodeInstall(install('0200', names)), 0x6a86);
  refuses(() => decodeInstall(install('0C01', `${names}010002C90000`)), 0x6a86);
});

test('STORE DATA carries one data group a command, numbered, marked when encrypted or last', () => {
  // Provisioning sheet, section 3.2.
  const track = '701857126258249900000018D301220100000000000F5F340101';
  const keys =
    'DAA5DAFB2258736E528F8DB2BAABC2FCAB413D79EFBC5E5BEE27F21E6CADC39B5275852CD39046A895B788A3F5341AA9';
  const dgis = [
    { id: '0101', data: fromHex(track) },
    { id: '8000', data: fromHex(keys) },
    { id: '9000', data: fromHex('7FAF52421F75ECAF0C') },
  ];
  const commands = storeData(dgis, ['8000']);
  deepEqual(commands.map(hexOf), [
    `80E200001D01011A${track}`,
    `80E2600133800030${keys}`,
    '80E280020C9000097FAF52421F75ECAF0C',
  ]);
  deepEqual(commands.map(decodeStoreData), [
    { isLast: false, isEncrypted: false, block: 0, dgis: [dgis[0]] },
    { isLast: false, isEncrypted: true, block: 1, dgis: [dgis[1]] },
    { isLast: true, isEncrypted: false, block: 2, dgis: [dgis[2]] },
  ]);
});

test('an encrypted data group may be the last', () => {
  const [command] = storeData([{ id: '8000', data: new Uint8Array(48) }], ['8000']);
  same(command?.p1, 0xe0);
  const read = decodeStoreData(command as Command);
  same(read.isLast && read.isEncrypted, true);
});

test('a command takes 239 bytes of data groups and no more', () => {
  const dgi = (length: number) => [{ id: 'A001', data: new Uint8Array(length) }];
  same(storeData(dgi(236))[0]?.data.length, 239);
  throws(() => storeData(dgi(237)), AssertionError);
});

test('STORE DATA with other marks, without or with half a data group is refused', () => {
  const store = (hex: string): Command => decodeCommand(fromHex(hex));
  refuses(() => decodeStoreData(store('80E208000401010100')), 0x6a86);
  refuses(() => decodeStoreData(store('80E220000401010100')), 0x6a86);
  refuses(() => decodeStoreData(store('80E20000')), 0x6a80);
  refuses(() => decodeStoreData(store('80E200000401010200')), 0x6a80);
});

test('a command may carry several whole data groups', () => {
  const { dgis } = decodeStoreData(decodeCommand(fromHex('80E280000801010100010201AA')));
  deepEqual(
    dgis.map(({ id }) => id),
    ['0101', '0102'],
  );
});

test('DELETE names one instance', () => {
  const command = deleteInstance(INSTANCE);
  same(hexOf(command), '80E400000C4F0AA000000333010101000100');
  same(decodeDelete(command), INSTANCE);
  refuses(() => decodeDelete({ ...command, p2: 0x80 }), 0x6a86);
  refuses(
    () => decodeDelete({ ...command, data: fromHex('4F05A0000003334F05A000000334') }),
    0x6a80,
  );
  refuses(() => decodeDelete({ ...command, data: fromHex('5005A000000333') }), 0x6a80);
  refuses(() => decodeDelete({ ...command, data: new Uint8Array(0) }), 0x6a80);
});

test('names of any lawful length come back the same', () => {
  const aid = fc.uint8Array({ minLength: 5, maxLength: 16 }).map(toHex);
  fc.assert(
    fc.property(aid, aid, aid, (packageAid, module, instance) => {
      const names = { package: packageAid, module, instance };
      deepEqual(decodeInstall(installInstance(names)), { kind: 'install', ...names });
      deepEqual(decodeInstall(installForPersonalisation(instance)), {
        kind: 'personalise',
        instance,
      });
      same(decodeDelete(deleteInstance(instance)), instance);
    }),
  );
});

test('a command cut short at any byte is refused', () => {
  const readers: readonly (readonly [Command, (command: Command) => unknown])[] = [
    [installInstance(NAMES), decodeInstall],
    [installForPersonalisation(SSD_AID), decodeInstall],
    [deleteInstance(INSTANCE), decodeDelete],
    [initializeUpdate(0x30, new Uint8Array(8)), decodeInitializeUpdate],
  ];
  for (const [command, read] of readers) {
    for (let end = 0; end < command.data.length; end++) {
      refuses(() => read({ ...command, data: command.data.subarray(0, end) }), 0x6a80);
    }
  }
});

test('any command is read or refused with the own error', () => {
  const header = { cla: fc.constant(0x80), ins: fc.constant(0xe6) };
  const p1 = fc.constantFrom(0x00, 0x0c, 0x20, 0x60, 0x80, 0xff);
  const data = fc.uint8Array({ maxLength: 40 });
  const command = fc.record({ ...header, p1, p2: fc.constantFrom(0x00, 0x01), data });
  fc.assert(
    fc.property(command, (asked) => {
      for (const read of [decodeInstall, decodeStoreData, decodeDelete, decodeInitializeUpdate]) {
        ownErrorOnly(() => read(asked));
      }
      ownErrorOnly(() => decodeAids(asked.data));
      ownErrorOnly(() => decodeInitializeUpdateAnswer(asked.data));
    }),
  );
});

function hexOf(command: Command): string {
  return toHex(encodeCommand(command));
}

function refuses(read: () => unknown, status: number): void {
  throws(read, (error) => error instanceof GlobalPlatformError && error.status === status);
}

function ownErrorOnly(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof GlobalPlatformError)) throw error;
  }
}
