/** Calculators of the issuer's answers and scripts. */
import { toHex } from '../bytes/bytes.ts';
import { arpcMethod1, arpcMethod2 } from '../emv/arpc.ts';
import { boundPinBlock, pinChangeData } from '../emv/pin-change.ts';
import { scriptMac } from '../emv/script.ts';
import { cardPinBlock } from '../pin/pin-block.ts';
import { bytes, digits, optional, unwanted, wanted, word } from './input.ts';
import { type Operation, operation } from './operation.ts';

const arpc = operation({
  name: 'arpc',
  summary: 'the issuer’s answer to a cryptogram',
  through: 'emv/arpc.ts arpcMethod1, arpcMethod2',
  inputs: {
    method: word('1 with a response code, 2 with a card status update', ['1', '2']),
    key: bytes('the session key of the cryptogram', { one: [16] }),
    cryptogram: bytes('the cryptogram that is answered', { one: [8] }),
    arc: optional(bytes('method 1: the response code as two characters in hex', { one: [2] })),
    csu: optional(bytes('method 2: the card status update', { one: [4] })),
    proprietary: optional(bytes('method 2: the issuer’s own data', { most: 8 })),
  },
  outputs: { arpc: 'eight bytes by method 1, four by method 2' },
  examples: [
    {
      in: {
        method: '1',
        key: 'D4102725E6E5AD329E55AAB50BF23DA9',
        cryptogram: '5D016C91005E7CC2',
        arc: '3031',
      },
      out: { arpc: '21415243527CE78F' },
      source: 'upi-arqc-002',
    },
    {
      in: {
        method: '2',
        key: '3E736BF8D37664348A04E3ABE00DEFC1',
        cryptogram: '4B46013359B7A58B',
        csu: '00000000',
        proprietary: '1234567890ABCDEF',
      },
      out: { arpc: '4962B76C' },
      source: 'pyemv-generate_arpc_2-01',
    },
  ],
  run: ({ method, key, cryptogram, arc, csu, proprietary }) => {
    if (method === '1') {
      unwanted({ csu, proprietary }, 'goes with method 2');
      return { arpc: toHex(arpcMethod1(key, cryptogram, wanted('arc', arc))) };
    }
    unwanted({ arc }, 'goes with method 1');
    return { arpc: toHex(arpcMethod2(key, cryptogram, wanted('csu', csu), proprietary)) };
  },
});

const mac = operation({
  name: 'script-mac',
  summary: 'the MAC of an issuer script command',
  through: 'emv/script.ts scriptMac',
  inputs: {
    key: bytes('the session key for message authentication', { one: [16] }),
    command: bytes('class, instruction, parameters, and the length as sent', { one: [5] }),
    atc: bytes('the counter of the transaction', { one: [2] }),
    cryptogram: bytes('the cryptogram of the transaction', { one: [8] }),
    data: optional(bytes('the command’s data as sent, without the MAC', { most: 255 })),
  },
  outputs: { mac: 'four bytes' },
  examples: [
    {
      in: {
        key: 'F13DE5FA61E0BE98D39D821E403C3367',
        command: '04DA9F540A',
        atc: '0001',
        cryptogram: 'AEBC72404A3A05AF',
        data: '000000020000',
      },
      out: { mac: 'E95EE927' },
      source: 'cryptograms sheet, section 9',
    },
  ],
  run: ({ key, command, atc, cryptogram, data = new Uint8Array(0) }) => ({
    mac: toHex(scriptMac(key, { header: command, atc, cryptogram, data })),
  }),
});

const pinChange = operation({
  name: 'pin-change',
  summary: 'the enciphered data of PIN CHANGE',
  through: 'pin/pin-block.ts cardPinBlock, emv/pin-change.ts boundPinBlock, pinChangeData',
  inputs: {
    key: bytes('the session key for encryption', { one: [16] }),
    pin: digits('the new PIN', { least: 4, most: 12 }),
    old_pin: optional(digits('the PIN of before, with udk_enc', { least: 4, most: 12 })),
    udk_enc: optional(bytes('the card’s key for encryption: binds the block to it', { one: [16] })),
  },
  outputs: { data: 'sixteen bytes' },
  examples: [
    {
      in: { key: 'F205E76FDBC225586DF1D1E9D0FBD315', pin: '1234' },
      out: { data: '3F45FE1EBF8226A4C7F9B33237623112' },
      source: 'cryptograms sheet, section 9',
    },
  ],
  unconfirmed:
    'The form with udk_enc is seen in a public applet; which four bytes of the key it mixes in is this project’s choice.',
  run: ({ key, pin, old_pin, udk_enc }) => {
    const block = cardPinBlock(pin);
    if (udk_enc !== undefined) {
      return { data: toHex(pinChangeData(key, boundPinBlock(block, udk_enc, old_pin))) };
    }
    unwanted({ old_pin }, 'goes with udk_enc');
    return { data: toHex(pinChangeData(key, block)) };
  },
});

export const scriptOperations: readonly Operation[] = [arpc, mac, pinChange];
