/** Plain ISO 8583:1987 in ASCII as a tree. */
import { equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { concat, fromAscii } from '../bytes/bytes.ts';
import { CANNOT_BE_READ, type Explained, explainMessage, find, leaves } from './explain.ts';

const explain = (text: string): Explained => explainMessage('1987-ascii', fromAscii(text));

/** moov-network_management_message of lib/vectors/vectors.json. */
const network = '0800823A0000000000000400000000000000042009061390000109061304200420001';

test('type, bitmaps in digits and elements are explained', () => {
  const message = explain(network);
  same(message.name, 'network management request');
  same(find(message, 'MTI')?.value, '0800');
  same(message.children[1]?.value, '823A0000000000000400000000000000');
  same(message.children[1]?.decoded, 'DE 7, 11, 12, 13, 15, 70');
  same(find(message, 'DE11')?.value, '900001');
  same(find(message, 'DE12')?.decoded, '09:06:13');
  same(find(message, 'DE70')?.decoded, 'sign on');
});

test('an element of the plain standard alone is explained, and an empty one has its length only', () => {
  const message = explain('02000000001900000000C00000150C0000020000');
  same(find(message, 'DE28')?.decoded?.endsWith('credit'), true);
  same(find(message, 'DE29')?.name, 'amount, settlement fee');
  same(find(message, 'DE32')?.decoded, 'empty');
});

test('a bitmap that is not hexadecimal ends what can be read', () => {
  const message = explain('0800823g0000000000000400000000000000042009');
  same(message.children[1]?.name, CANNOT_BE_READ);
  same(message.children.at(-1)?.end, 42);
});

test('every byte is covered once, whatever the bytes', () => {
  const bitmap = fc.stringMatching(/^[0-9A-F]{16}$/);
  const rest = fc.uint8Array({ min: 0x2f, max: 0x3a, maxLength: 300 });
  fc.assert(
    fc.property(bitmap, rest, (bitmap, rest) => {
      const bytes = concat(fromAscii(`0200${bitmap}`), rest);
      let end = 0;
      for (const leaf of leaves(explainMessage('1987-ascii', bytes))) {
        same(leaf.start, end);
        same(leaf.end > leaf.start, true, leaf.path);
        end = leaf.end;
      }
      same(end, bytes.length);
    }),
    { numRuns: 500 },
  );
});
