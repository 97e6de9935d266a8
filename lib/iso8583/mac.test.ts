import { deepEqual, rejects, equal as same, throws } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { fromAscii, fromHex, toAscii, toHex } from '../bytes/bytes.ts';
import file from './iso8583.vectors.json' with { type: 'json' };
import {
  cupsMacInput,
  isCupsMacRight,
  isPosMacRight,
  type Mac,
  macOfCups,
  macOfPos,
  posMacInput,
  sealCups,
  sealPos,
} from './mac.ts';
import { Iso8583Error } from './message.ts';
import { cups, type PosMessage, pos } from './unionpay.ts';

type Recorded = { readonly id: string; readonly inputs: { readonly message?: string } };
const messageOf = (id: string): Uint8Array =>
  fromHex((file.vectors as readonly Recorded[]).find((one) => one.id === id)?.inputs.message ?? '');
const purchase = messageOf('upi-pos-0200-purchase').subarray(2);
const worked = cups.decode(messageOf('sheet-cups-0200'));

/** Stand-ins for the key port: a digest in place of a MAC, on the POS side as characters. */
const digest = (input: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha256').update(input).digest());
const posMac: Mac = async (input) => fromAscii(toHex(digest(input).subarray(0, 4)));
const cupsMac: Mac = async (input) => digest(input).subarray(0, 8);

test('the POS MAC covers everything from the message type to the last byte before DE64', () => {
  const input = posMacInput(purchase);
  // The recorded message: 5 bytes of TPDU, 6 of header, then the type 0200; the last 8 bytes are the MAC.
  same(toHex(input), toHex(purchase.slice(11, -8)));
  same(toHex(input.subarray(0, 10)), '0200702406C020C19A31');
});

test('the MAC of a recorded POS message is its last eight characters', () => {
  same(toAscii(macOfPos(purchase) as Uint8Array), '8F651B26');
});

test('the switch MAC covers the type and the selected elements, one space between', () => {
  // Put together by hand from the values of the ISO 8583 sheet, section 14, by the rule of the cryptograms sheet, section 13.
  same(
    toAscii(cupsMacInput(worked)),
    '0200 6258249900000018 000000 000000001250 1122083001 000123 5411 00 00010000 00010000 00000001 898110254110001',
  );
});

test('the switch MAC sees capitals, digits, space, comma and point only, and one space for many', () => {
  const fields = { 3: '000000', 38: 'ab  1 ', 41: 'a-b,c.d*', 90: '0'.repeat(42) };
  same(
    toAscii(cupsMacInput({ ...worked, mti: '0420', fields })),
    `0420 000000 AB 1 AB,C.D ${'0'.repeat(42)}`,
  );
});

test('a sealed POS message carries the MAC of its own bytes', async () => {
  const message: PosMessage = { ...pos.decode(purchase), mti: '0400' };
  const bytes = await sealPos(message, posMac);
  same(toHex(macOfPos(bytes) as Uint8Array), toHex(await posMac(posMacInput(bytes))));
  same(await isPosMacRight(bytes, posMac), true);
  bytes[5] = (bytes[5] as number) ^ 0x01;
  same(await isPosMacRight(bytes, posMac), true, 'the header is not covered');
  bytes[12] = (bytes[12] as number) ^ 0x10;
  same(await isPosMacRight(bytes, posMac), false, 'the message type is');
});

test('DE64 holds the eight characters of the MAC', async () => {
  // The MAC of the cryptograms sheet, section 13: 4239344434353435 is the text B94D4545.
  const bytes = await sealPos(pos.decode(purchase), async () => fromHex('4239344434353435'));
  same(pos.decode(bytes).fields[64], 'B94D4545');
});

test('a sealed switch message carries the MAC of its own elements', async () => {
  const sealed = cups.decode(await sealCups(worked, cupsMac));
  same(toHex(macOfCups(sealed) as Uint8Array), toHex(digest(cupsMacInput(worked)).subarray(0, 8)));
  same(await isCupsMacRight(sealed, cupsMac), true);
  const changed = { ...sealed, fields: { ...sealed.fields, 42: '898110254110002' } };
  same(await isCupsMacRight(changed, cupsMac), false);
  deepEqual({ ...sealed.fields, 128: worked.fields[128] }, worked.fields);
});

test('a message without a MAC has none, and is never right', async () => {
  const { 64: _, ...fields } = pos.decode(purchase).fields;
  const bytes = pos.encode({ ...pos.decode(purchase), fields });
  same(macOfPos(bytes), undefined);
  same(await isPosMacRight(bytes, posMac), false);
  throws(() => posMacInput(bytes), Iso8583Error);
  const bare = { ...worked, fields: { 3: '000000' } };
  same(macOfCups(bare), undefined);
  same(await isCupsMacRight(bare, cupsMac), false);
});

test('a MAC of another length than eight bytes is not sent', async () => {
  await rejects(() => sealPos(pos.decode(purchase), async () => new Uint8Array(4)), Iso8583Error);
  await rejects(() => sealCups(worked, async () => new Uint8Array(16)), Iso8583Error);
});
