import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import { requestHeader } from '@octavo/lib/iso8583/header.ts';
import { cups, pos } from '@octavo/lib/iso8583/unionpay.ts';
import { tracedMessage } from './message-trace.ts';

const TOKEN = '9999590100000012';
/** A test card of docs/test-cards.md. */
const PAN = '9999020000000010';

const posBytes = (fields: Record<number, string>) =>
  pos.encode({ tpdu: '6000010000', header: '600100000000', mti: '0200', fields });

test('a message about a token is shown whole', () => {
  const bytes = posBytes({ 2: TOKEN, 11: '000001', 35: `${TOKEN}=3012` });
  equal(tracedMessage('pos', bytes), toHex(bytes));
});

test('a message without a number is shown whole', () => {
  const bytes = posBytes({ 11: '000001' });
  equal(tracedMessage('pos', bytes), toHex(bytes));
});

test('a number that is no token is masked, in DE2 and on the track', () => {
  const track = `${PAN}=3012`;
  const cases: readonly Record<number, string>[] = [
    { 2: PAN },
    { 2: TOKEN, 35: track },
    { 35: track },
  ];
  for (const fields of cases) {
    const shown = tracedMessage('pos', posBytes({ 11: '000001', ...fields }));
    equal(shown.includes(PAN), false);
    equal(shown.length, 2 * posBytes({ 11: '000001', ...fields }).length);
  }
});

test('so it is in the dialect between institutions', () => {
  const header = requestHeader('99990000', '99990201');
  for (const [number, isShown] of [
    [TOKEN, true],
    [PAN, false],
  ] as const) {
    const bytes = cups.encode({ header, mti: '0200', fields: { 2: number } });
    equal(Buffer.from(tracedMessage('cups', bytes), 'hex').includes(number), isShown);
  }
});
