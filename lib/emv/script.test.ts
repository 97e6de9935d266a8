import { equal as same, throws } from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { concat, fromHex, toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { cardPinBlock } from '../pin/pin-block.ts';
import file from '../vectors/vectors.json' with { type: 'json' };
import { deriveCardKeyOptionA } from './keys.ts';
import {
  commandMac,
  DATA_CIPHERS,
  encryptCommandData,
  paddedCommandData,
  type ScriptCommand,
  scriptMac,
  sealedScriptCommand,
} from './script.ts';
import { emvCommonSessionKey } from './session-keys.ts';

/** Session MAC key and commands of the worked tap: cryptograms sheet, section 9. */
const KEY = fromHex('F13DE5FA61E0BE98D39D821E403C3367');
const BLOCK_APPLICATION: ScriptCommand = {
  header: fromHex('841E000004'),
  atc: fromHex('0001'),
  cryptogram: fromHex('AEBC72404A3A05AF'),
  data: new Uint8Array(0),
};

test('the worked commands carry the first four bytes of their MAC', () => {
  same(toHex(scriptMac(KEY, BLOCK_APPLICATION)), 'D4517A12');
  same(toHex(sealedScriptCommand(KEY, BLOCK_APPLICATION)), '841E000004D4517A12');
  const putData = {
    ...BLOCK_APPLICATION,
    header: fromHex('04DA9F540A'),
    data: fromHex('000000020000'),
  };
  same(toHex(sealedScriptCommand(KEY, putData)), '04DA9F540A000000020000E95EE927');
});

test('header, counter, cryptogram and data are all sealed', () => {
  const command = { ...BLOCK_APPLICATION, data: fromHex('000000020000') };
  const mac = toHex(scriptMac(KEY, command));
  for (const name of ['header', 'atc', 'cryptogram', 'data'] as const) {
    for (let at = 0; at < command[name].length; at++) {
      const changed = command[name].with(at, (command[name][at] as number) ^ 1);
      same(toHex(scriptMac(KEY, { ...command, [name]: changed })) === mac, false, `${name} ${at}`);
    }
  }
});

test('the length that is sent must count data and MAC', () => {
  const header = fromHex('841E000008');
  throws(() => sealedScriptCommand(KEY, { ...BLOCK_APPLICATION, header }), AssertionError);
});

test('a MAC over joined bytes gives the published values, and may be cut to four', () => {
  const chosen = file.vectors.filter(({ id }) => id.startsWith('pyemv-generate_command_mac'));
  same(chosen.length, 8);
  for (const { id, inputs, outputs } of chosen) {
    const { sk_smi, command } = inputs as unknown as Record<'sk_smi' | 'command', string>;
    const mac = commandMac(fromHex(sk_smi), fromHex(command), 8);
    same(toHex(mac), outputs.result, id);
    same(toHex(commandMac(fromHex(sk_smi), fromHex(command), 4)), toHex(mac.subarray(0, 4)), id);
  }
  throws(() => commandMac(KEY, new Uint8Array(8), 3), AssertionError);
  throws(() => commandMac(KEY, new Uint8Array(8), 9), AssertionError);
});

test('Visa and Mastercard encipher as published', () => {
  const chosen = file.vectors.filter(({ id }) => id.startsWith('pyemv-encrypt_command_data'));
  same(chosen.length, 8);
  for (const { id, inputs, outputs } of chosen) {
    const { sk_smc, command_data, encryption_type } = inputs as unknown as Record<string, string>;
    const scheme = encryption_type === 'EncryptionType.VISA' ? 'visa' : 'mastercard';
    const data = encryptCommandData(hex(sk_smc), hex(command_data), scheme);
    same(toHex(data), outputs.result, id);
  }
});

test('EMV’s common core enciphers a full block with another of padding behind it', () => {
  // github knovichikhin/pyemv tests/test_sm_hsm.py, test_ccd_pin_change and test_mastercard_pin_change
  const masterKey = fromHex('11111111111111112222222222222222');
  const cardKey = deriveCardKeyOptionA(masterKey, '1234567890123456', '01');
  const key = emvCommonSessionKey(cardKey, fromHex('ABCDEF1234567890'));
  const block = cardPinBlock('9999');
  same(toHex(encryptCommandData(key, block, 'mastercard')), '28367E05DE3381C2');
  same(toHex(encryptCommandData(key, block, 'emv')), '28367E05DE3381C29D30A6055A8DEB86');
});

test('length and padding of each scheme, where a block is full and where it is not', () => {
  // cryptograms sheet, section 6.3, for UnionPay; pyemv’s rules for the others
  const [seven, eight] = [fromHex('11223344556677'), fromHex('1122334455667788')];
  const rows = [
    ['unionpay', '0711223344556677', '08112233445566778880000000000000'],
    ['visa', '07112233445566778000000000000000', '08112233445566778880000000000000'],
    ['mastercard', '1122334455667780', '1122334455667788'],
    ['emv', '1122334455667780', '11223344556677888000000000000000'],
  ] as const;
  for (const [scheme, ofSeven, ofEight] of rows) {
    same(toHex(paddedCommandData(seven, scheme)), ofSeven, scheme);
    same(toHex(paddedCommandData(eight, scheme)), ofEight, scheme);
  }
});

test('UnionPay and Visa encipher block by block, Mastercard and EMV in a chain from zero', () => {
  const key16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const data = fc.uint8Array({ minLength: 1, maxLength: 255 });
  const scheme = fc.constantFrom(...(Object.keys(DATA_CIPHERS) as (keyof typeof DATA_CIPHERS)[]));
  fc.assert(
    fc.property(key16, data, scheme, (key, plain, by) => {
      const tripled = concat(key, key.subarray(0, 8));
      const cipher =
        by === 'unionpay' || by === 'visa'
          ? createCipheriv('des-ede3-ecb', tripled, null)
          : createCipheriv('des-ede3-cbc', tripled, new Uint8Array(8));
      const expected = cipher.setAutoPadding(false).update(paddedCommandData(plain, by));
      same(toHex(encryptCommandData(key, plain, by)), revealHex(expected));
    }),
  );
});

test('no data, too many data and keys of another length are a bug of the caller', () => {
  throws(() => encryptCommandData(KEY, new Uint8Array(0), 'unionpay'), AssertionError);
  throws(() => encryptCommandData(KEY, new Uint8Array(256), 'unionpay'), AssertionError);
  throws(() => encryptCommandData(new Uint8Array(24), KEY, 'emv'), AssertionError);
  throws(() => scriptMac(KEY, { ...BLOCK_APPLICATION, header: new Uint8Array(4) }), AssertionError);
  throws(() => scriptMac(KEY, { ...BLOCK_APPLICATION, atc: new Uint8Array(3) }), AssertionError);
});

function hex(text: string | undefined): Uint8Array {
  return fromHex(text as string);
}
