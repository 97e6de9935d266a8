/** Calculators of PIN blocks, and of the values that prove a PIN or a card number. */
import { toHex } from '../bytes/bytes.ts';
import { revealHex } from '../bytes/secret.ts';
import { tripleDesDecrypt, tripleDesEncrypt } from '../cipher/des.ts';
import {
  decipherFormat4,
  decodePinBlock,
  encipherFormat4,
  encodePinBlock,
} from '../pin/pin-block.ts';
import { isFill, PinBlockError, type PinFormat, pinFill, pinFormats } from '../pin/pin-field.ts';
import { mayTranslate, type PinLeg, remapPinBlock, translatePinBlock } from '../pin/translate.ts';
import {
  bytes,
  CalcError,
  decoded,
  digits,
  hexOf,
  optional,
  text,
  unwanted,
  wanted,
  word,
} from './input.ts';
import { type CalcPorts, type Operation, operation } from './operation.ts';
import { pinValueOperations } from './pin-values.ts';

const pan = digits('the card number with its check digit', { least: 1, most: 19 });
const pin = digits('the PIN', { least: 4, most: 12 });
const format = word('the format of ISO 9564', ['0', '1', '2', '3', '4']);
const pinKey = bytes('the PIN key: triple DES, and AES for format 4', { one: [16, 24, 32] });
const block = bytes('the PIN block', { one: [8, 16] });
const pinBlockOut = 'the PIN block: 8 bytes, 16 in format 4';

/** The example card, token and keys of the sheet. */
const SHEET_11 = 'cryptograms sheet, section 11';
const CARD = '6228489900001234568';
const TOKEN = '6258249900000018';
const ZPK_1 = '0123456789ABCDEFFEDCBA9876543210';
const ZPK_2 = '11112222333344445555666677778888';
const FORMAT_4 = {
  key: '000102030405060708090A0B0C0D0E0F',
  block: '574D56448BA2DBC2B70185E98CEF9376',
};

const pinBlock = operation({
  name: 'pin-block',
  summary: 'a PIN block: clear without a key, enciphered with one; format 4 needs its key',
  through: 'pin/pin-block.ts encodePinBlock, encipherFormat4',
  inputs: {
    format,
    pin,
    pan: optional(pan),
    key: optional(pinKey),
    random: optional(
      text('the fill digits of formats 1 and 3, 8 bytes for format 4; drawn where absent', 16),
    ),
  },
  outputs: { block: pinBlockOut },
  examples: [
    {
      in: { format: '0', pin: '123456', pan: CARD, key: ZPK_1 },
      out: { block: '4606D67DC0C66F77' },
      source: SHEET_11,
    },
    {
      in: { format: '2', pin: '1234' },
      out: { block: '241234FFFFFFFFFF' },
      source: 'psec-encode_pinblock_iso_2-01',
    },
    {
      in: { format: '4', pin: '123456', pan: CARD, key: FORMAT_4.key, random: '0011223344556677' },
      out: { block: FORMAT_4.block },
      source: SHEET_11,
    },
  ],
  unconfirmed: 'No value from outside has format 1.',
  run: (given, ports) => {
    const form = formatOf(given.format);
    const number = panFor(form, given.pan);
    if (!pinFormats[form].isDrawn) {
      unwanted({ random: given.random }, `has no place in format ${form}`);
    }
    if (form === 4) {
      const key = keyOfFormat4(given.key);
      const random = given.random === undefined ? drawnFor(form, ports) : eightBytes(given.random);
      return { block: toHex(encipherFormat4(key, given.pin, number, random)) };
    }
    const fill =
      given.random === undefined
        ? pinFill(form, given.pin.length, drawnFor(form, ports))
        : fillOf(form, given.pin.length, given.random);
    const clear = encodePinBlock(form, given.pin, number, fill);
    if (given.key === undefined) return { block: revealHex(clear) };
    return { block: toHex(tripleDesEncrypt(fitting(form, given.key, 'key'), clear)) };
  },
});

const pinUnblock = operation({
  name: 'pin-unblock',
  summary: 'the PIN in a block: a clear one without a key; format 4 needs its key',
  through: 'pin/pin-block.ts decodePinBlock, decipherFormat4',
  inputs: { format, block, pan: optional(pan), key: optional(pinKey) },
  outputs: { pin: 'the PIN' },
  examples: [
    {
      in: { format: '0', block: '4606D67DC0C66F77', pan: CARD, key: ZPK_1 },
      out: { pin: '123456' },
      source: SHEET_11,
    },
    {
      in: { format: '3', block: '341261AAAAEDCBA9', pan: '5555555551234567' },
      out: { pin: '1234' },
      source: 'psec-decode_pinblock_iso_3-01',
    },
  ],
  unconfirmed: 'No value from outside has format 1.',
  run: (given) => {
    const form = formatOf(given.format);
    const number = panFor(form, given.pan);
    const held = blockOf(form, given.block);
    if (form === 4) {
      const key = keyOfFormat4(given.key);
      return { pin: decoded('block', PinBlockError, () => decipherFormat4(key, held, number)) };
    }
    const clear =
      given.key === undefined ? held : tripleDesDecrypt(fitting(form, given.key, 'key'), held);
    return { pin: decoded('block', PinBlockError, () => decodePinBlock(form, clear, number)) };
  },
});

const pinTranslate = operation({
  name: 'pin-translate',
  summary: 'a PIN block from one key and format to another, for the same card number',
  through: 'pin/translate.ts translatePinBlock',
  inputs: {
    block,
    pan,
    key_in: pinKey,
    format_in: format,
    key_out: pinKey,
    format_out: format,
  },
  outputs: { block: `${pinBlockOut}; the fill of formats 1, 3 and 4 is drawn` },
  examples: [
    {
      in: {
        block: '4606D67DC0C66F77',
        pan: CARD,
        key_in: ZPK_1,
        format_in: '0',
        key_out: ZPK_2,
        format_out: '0',
      },
      out: { block: '817255D80B6C26A9' },
      source: SHEET_11,
    },
  ],
  unconfirmed: 'Values from outside translate format 0 alone.',
  run: (given, ports) => {
    const from = legOf(given.format_in, given.key_in, 'key_in');
    const to = legOf(given.format_out, given.key_out, 'key_out');
    if (!mayTranslate(from.format, to.format)) {
      throw new CalcError(
        'bad_value',
        'no translation to a format without the number from one with it, and none of format 2',
        'format_out',
      );
    }
    const held = blockOf(from.format, given.block);
    const random = drawnFor(to.format, ports);
    return {
      block: toHex(
        decoded('block', PinBlockError, () => translatePinBlock(held, given.pan, from, to, random)),
      ),
    };
  },
});

const pinRemap = operation({
  name: 'pin-remap',
  summary: 'a PIN block that is bound to a token, bound to the card behind it',
  through: 'pin/translate.ts remapPinBlock',
  inputs: {
    block,
    token: digits('the token', { least: 1, most: 19 }),
    key_in: pinKey,
    pan,
    key_out: pinKey,
    format: word('the format of both blocks', ['0', '3', '4']),
  },
  outputs: { block: `${pinBlockOut}; the fill of formats 3 and 4 is drawn` },
  examples: [
    {
      in: {
        block: '4182CBE392D01DC8',
        token: TOKEN,
        key_in: ZPK_1,
        pan: CARD,
        key_out: ZPK_2,
        format: '0',
      },
      out: { block: '817255D80B6C26A9' },
      source: SHEET_11,
    },
  ],
  unconfirmed: 'Values from outside bind format 0 anew, and no other.',
  run: (given, ports) => {
    const token = { number: given.token, leg: legOf(given.format, given.key_in, 'key_in') };
    const card = { number: given.pan, leg: legOf(given.format, given.key_out, 'key_out') };
    const held = blockOf(token.leg.format, given.block);
    const random = drawnFor(card.leg.format, ports);
    return {
      block: toHex(decoded('block', PinBlockError, () => remapPinBlock(held, token, card, random))),
    };
  },
});

export const pinOperations: readonly Operation[] = [
  pinBlock,
  pinUnblock,
  pinTranslate,
  pinRemap,
  ...pinValueOperations,
];

function formatOf(written: '0' | '1' | '2' | '3' | '4'): PinFormat {
  return Number(written) as PinFormat;
}

/** The number, which only some formats look at. */
function panFor(form: PinFormat, given: string | undefined): string {
  if (given !== undefined) return given;
  if (!pinFormats[form].bindsPan) return '';
  throw new CalcError('missing_input', `format ${form} needs the card number`, 'pan');
}

function keyOfFormat4(key: Uint8Array | undefined): Uint8Array {
  return wanted('key', key, 'format 4 has no clear block: its key is wanted');
}

/** Eight bytes of chance, for the formats that have any. */
function drawnFor(form: PinFormat, ports: CalcPorts): Uint8Array {
  return pinFormats[form].isDrawn ? ports.random(8) : new Uint8Array(8);
}

/** A key as long as the format's cipher takes it. */
function fitting(form: PinFormat, key: Uint8Array, field: string): Uint8Array {
  if (form === 4 || key.length !== 32) return key;
  throw new CalcError('wrong_length', '16 or 24 bytes wanted for triple DES, not 32', field);
}

function blockOf(form: PinFormat, given: Uint8Array): Uint8Array {
  const length = form === 4 ? 16 : 8;
  if (given.length === length) return given;
  throw new CalcError('wrong_length', `${length} bytes wanted in format ${form}`, 'block');
}

function legOf(written: '0' | '1' | '2' | '3' | '4', key: Uint8Array, field: string): PinLeg {
  const form = formatOf(written);
  return { format: form, key: fitting(form, key, field) };
}

function eightBytes(written: string): Uint8Array {
  const given = hexOf(written, 'random');
  if (given.length === 8) return given;
  throw new CalcError('wrong_length', '8 bytes wanted in format 4', 'random');
}

function fillOf(form: PinFormat, pinLength: number, written: string): string {
  const fill = written.toUpperCase();
  if (isFill(form, pinLength, fill)) return fill;
  const { fill: allowed } = pinFormats[form];
  throw new CalcError('bad_value', `${14 - pinLength} digits of ${allowed} wanted`, 'random');
}
