import { deepEqual, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '../bytes/bytes.ts';
import { decodeDol, fillDol } from '../tlv/dol.ts';
import { decodeTlv, encodeTlv, isConstructed } from '../tlv/tlv.ts';
import file from './emv.vectors.json' with { type: 'json' };
import * as dictionary from './tags.ts';
import { isNumericTag, TAGS } from './tags.ts';

type Vector = { id: string; inputs: Record<string, string>; outputs: Record<string, string> };
const vectors = file.vectors as unknown as readonly Vector[];

test('every tag constant begins with its own tag and is in the dictionary', () => {
  const constants = Object.entries(dictionary).filter(([name]) => /^T[0-9A-F]+_/.test(name));
  same(constants.length > 40, true);
  for (const [name, tag] of constants) {
    same(name.startsWith(`T${String(tag)}_`), true, name);
    same(TAGS[String(tag)] !== undefined, true, name);
  }
});

test('every tag of the dictionary is a well-formed tag, read and written by the TLV codec', () => {
  for (const tag of Object.keys(TAGS)) {
    const bytes = encodeTlv([{ tag, value: new Uint8Array(0) }]);
    deepEqual(
      decodeTlv(bytes).map((object) => object.tag),
      [tag],
    );
  }
});

test('exactly the templates hold other objects', () => {
  for (const [tag, entry] of Object.entries(TAGS)) {
    if (isConstructed(tag)) deepEqual([entry.format, entry.class], ['var', 'form'], tag);
  }
});

test('numbers are those written in format n', () => {
  for (const tag of ['9F02', '9F03', '9F1A', '5F2A', '9A', '9C', '9F21', '5F24', '5F34']) {
    same(isNumericTag(tag), true, tag);
  }
  for (const tag of ['9F37', '95', '9F66', '9F36', '82', '57', '5A', '9F4E', 'FFFF']) {
    same(isNumericTag(tag), false, tag);
  }
});

test('a list that asks for another length cuts and fills numbers at the left, the rest at the right', () => {
  // EMV contactless sheet, section 5, step 2
  const list = decodeDol(fromHex('9F02035F2A039F3702'));
  const values: Record<string, string> = {
    '9F02': '000000001250',
    '5F2A': '0156',
    '9F37': '1A2B3C4D',
  };
  const filled = fillDol(list, (tag) => fromHex(values[tag] ?? ''), isNumericTag);
  same(toHex(filled), '001250' + '000156' + '1A2B');
});

test('every data object of the worked tap and of a real message has a name', () => {
  // EMV contactless sheet, section 9.2: the answer to SELECT and the answer to GET PROCESSING OPTIONS
  const answers = [
    '6F608408A000000333010101A554500E556E696F6E5061792044656269748701019F38189F66049F02069F03069F1A0295055F2A' +
      '029A039C019F37045F2D047A68656E9F1101019F120C4D4920504159204445424954BF0C099F4D020B0ADF610140',
    '775A820270009F3602000157126258249900000018D301220100000000000F9F101307010103A40000010A0100000000003A65702A' +
      '9F2608AEBC72404A3A05AF5F3401019F6C0200809F631000000000000000000000000000000000',
    '6F38840E325041592E5359532E4444463031A526BF0C2361214F08A000000333010101500E556E696F6E5061792044656269748701019F2A0107',
  ];
  const message = vectors.find(({ id }) => id === 'upi-pos-0200-purchase-chip-data');
  const seen: string[] = [];
  const visit = (objects: ReturnType<typeof decodeTlv>) => {
    for (const { tag, children } of objects) {
      seen.push(tag);
      visit(children ?? []);
    }
  };
  for (const hex of [...answers, message?.inputs.de55 ?? '']) {
    visit(decodeTlv(fromHex(hex)));
  }
  same(seen.length > 40, true);
  deepEqual(
    seen.filter((tag) => TAGS[tag] === undefined),
    [],
  );
});
