import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  byMonth,
  cardNumberText,
  codeIn,
  expiryText,
  isMobile,
  mobileDigits,
  mobileText,
  textIn,
  timeText,
  withBoundNumbers,
} from './text.ts';

const code =
  '[Bafang Bank] 417028 is your code for adding card ending 0010 to a phone. · 【八方银行】验证码 417028，用于把尾号 0010 的卡添加到手机。';

test('a text of both languages is shown in the reader’s, without its sender', () => {
  equal(textIn(code, 'en'), '417028 is your code for adding card ending 0010 to a phone.');
  equal(textIn(code, 'zh-CN'), '验证码 417028，用于把尾号 0010 的卡添加到手机。');
});

test('a text of one language is shown whole in both', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    equal(textIn('[Octavo] 417028 is your sign-in code', language), '417028 is your sign-in code');
    equal(textIn('one · two', language), 'one · two');
  }
});

test('any text is shown without an error', () => {
  fc.assert(fc.property(fc.string(), (text) => textIn(text, 'en').length <= text.length));
});

test('the code is the six digits that stand alone', () => {
  equal(codeIn(code), '417028');
  equal(codeIn('card ending 0010, number 1234567'), undefined);
  equal(codeIn('ten digits 1234567890'), undefined);
});

test('a mobile number is eleven digits that begin with 1', () => {
  equal(isMobile('13800000001'), true);
  equal(isMobile('23800000001'), false);
  equal(isMobile('1380000000'), false);
  equal(mobileText('13800000001'), '138 0000 0001');
});

test('a number is read as it is written on paper, with the country or in wide digits', () => {
  equal(mobileDigits(' +86 138-0000-0001'), '13800000001');
  equal(mobileDigits('１３８０００００００１'), '13800000001');
  equal(mobileDigits('138000000012'), '13800000001');
});

test('a card is read out in groups of four, its expiry month first', () => {
  equal(cardNumberText('9999010000000000010'), '9999 0100 0000 0000 010');
  equal(expiryText('3012'), '12/30');
});

test('times of today, of yesterday and of before', () => {
  const now = new Date(2026, 10, 22, 0, 30).getTime();
  const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 5).getTime();
  equal(timeText(at(22, 0), now, 'en', 'Yesterday'), '00:05');
  equal(timeText(at(21, 23), now, 'en', 'Yesterday'), 'Yesterday');
  equal(timeText(at(20, 23), now, 'en', 'Yesterday'), '20 Nov');
  equal(timeText(at(20, 23), now, 'zh-CN', '昨天'), '11-20');
});

test('lines stand under their months in their order', () => {
  const line = (month: number, day: number) => ({ atMs: new Date(2026, month, day).getTime() });
  const lines = [line(10, 3), line(10, 1), line(9, 30)];
  deepEqual(
    byMonth(lines, 'en').map(({ month, lines: of }) => [month, of.length]),
    [
      ['November 2026', 2],
      ['October 2026', 1],
    ],
  );
});

test('a number stays with the Chinese around it, and other spaces are where lines may end', () => {
  equal(
    withBoundNumbers('验证码 417028，用于把尾号 0010 的卡。Ends 0010 now'),
    '验证码\u00a0417028，用于把尾号\u00a00010\u00a0的卡。Ends 0010 now',
  );
});
