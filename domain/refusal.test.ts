import { deepEqual, match, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import {
  done,
  isRefusalCode,
  isRefused,
  type RefusalCode,
  type RefusalMeaning,
  refusals,
  refused,
} from './refusal.ts';

const all = Object.entries(refusals) as readonly (readonly [RefusalCode, RefusalMeaning])[];

/** The response codes that DE39 knows. ISO 8583 sheet, section 8 */
const responseCodes =
  '01 03 04 05 06 07 09 10 12 13 14 15 17 19 20 21 22 25 30 34 35 36 37 38 40 41 42 43 45 51 52 53 54 55 56 57 58 ' +
  '59 60 61 62 63 64 65 66 67 68 75 77 78 79 80 90 91 92 93 94 95 96 97 98 99 A0 A1 A2 A3 A4 A5 A6 A7';

/** Words that the look prints, and that have a sentence more than its own rule. The look, section 8 */
const printedLonger: readonly RefusalCode[] = ['tap.replayed'];

test('a code names its subject and what is wrong with it', () => {
  for (const [code] of all) match(code, /^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?$/);
});

test('every response code is one that DE39 knows, and none approves', () => {
  const known = responseCodes.split(' ');
  deepEqual(
    all.filter(([, { responseCode }]) => !known.includes(responseCode)).map(([code]) => code),
    [],
  );
});

test('the response codes of the reasons that a person meets most', () => {
  // ISO 8583 sheet, section 8
  const expected: Partial<Record<RefusalCode, string>> = {
    'issuer.insufficient_funds': '51',
    'issuer.card_expired': '54',
    'issuer.card_lost': '41',
    'issuer.limit_exceeded': '61',
    'issuer.do_not_honour': '05',
    'tap.cryptogram_wrong': '63',
    'tap.replayed': '63',
    'message.malformed': '30',
    'message.key_reused': '94',
    'message.mac_wrong': 'A0',
    'message.original_unknown': '25',
    'message.original_differs': '64',
    'terminal.unknown': '97',
    'terminal.not_signed_in': '77',
    'network.no_answer': '98',
    'card.unknown': '14',
    'network.no_route': '15',
  };
  for (const [code, responseCode] of Object.entries(expected)) {
    same(refusals[code as RefusalCode].responseCode, responseCode, code);
  }
});

test('a refusal is never answered as a success of HTTP', () => {
  for (const [code, { http }] of all) same(http >= 400 && http <= 503, true, code);
});

test('every code has words in both languages', () => {
  for (const [code, { en, zh }] of all) {
    match(en, /^[A-Z][^\n]*\.$/, code);
    match(zh, /^[\p{Script=Han}][^\n]*。$/u, code);
  }
});

test('English says plainly what happened: no exclamation, no "please", no "oops", no "error"', () => {
  const banned = /!|\b(please|oops|sorry|error|failed to|invalid)\b/i;
  deepEqual(
    all.filter(([, { en }]) => banned.test(en)).map(([code]) => code),
    [],
  );
});

test('English is written in ASCII letters with typographic apostrophes', () => {
  for (const [code, { en }] of all) match(en, /^[A-Za-z0-9 .,;:’]+$/, code);
});

test('words are at most two sentences', () => {
  const sentences = (text: string, end: RegExp) => text.match(end)?.length ?? 0;
  const long = all.filter(
    ([, { en, zh }]) => sentences(en, /\.(?= |$)/g) > 2 || sentences(zh, /。/g) > 2,
  );
  deepEqual(
    long.map(([code]) => code),
    printedLonger,
  );
});

test('Chinese has full-width punctuation, no 您, no 哦, no exclamation', () => {
  const banned = /[!-/:-@[-`{-~您哦！]/u;
  deepEqual(
    all.filter(([, { zh }]) => banned.test(zh)).map(([code]) => code),
    [],
  );
});

test('both languages say the same about money', () => {
  for (const [code, { en, zh }] of all) {
    same(/othing (more )?was taken/.test(en), /没有(再次)?扣款/.test(zh), code);
  }
});

test('the words of the look are these words', () => {
  // The look, section 8
  const printed: Partial<Record<RefusalCode, readonly [string, string]>> = {
    'card.luhn_wrong': [
      'One digit looks wrong. Check the last group.',
      '卡号有一位不对，请核对最后一组。',
    ],
    'card.declined': [
      'Your bank did not allow this card. It does not tell us why.',
      '发卡行没有同意添加这张卡，也没有告诉我们原因。',
    ],
    'issuer.limit_exceeded': [
      'Over your bank’s limit for today. Nothing was taken.',
      '超过银行的今日限额。没有扣款。',
    ],
    'tap.holder_not_verified': [
      'Confirm it is you, then tap again. Nothing was taken.',
      '请先验证身份，再碰一次。没有扣款。',
    ],
    'token.suspended': [
      'This card is suspended on this phone. Resume it to pay.',
      '这张卡在本机已暂停，恢复后可用。',
    ],
    'tap.replayed': [
      'This tap was used before. Tap again. Nothing more was taken.',
      '这次碰卡已经用过，请重新碰一次。没有再次扣款。',
    ],
    'network.no_answer': [
      'The bank did not answer, so the payment was taken back.',
      '银行没有应答，这笔付款已撤回。',
    ],
  };
  for (const [code, words] of Object.entries(printed)) {
    const { en, zh } = refusals[code as RefusalCode];
    deepEqual([en, zh], words, code);
  }
});

test('a refusal carries its code, and public facts when there are some', () => {
  deepEqual(refused('busy'), { kind: 'refused', code: 'busy' });
  deepEqual(refused('enrolment.code_wrong', { triesLeft: 2 }), {
    kind: 'refused',
    code: 'enrolment.code_wrong',
    detail: { triesLeft: 2 },
  });
});

test('a refusal is told from an effect and from any answer', () => {
  same(isRefused(refused('busy')), true);
  same(isRefused(done(1)), false);
  for (const value of [undefined, null, 0, 'refused', {}, { kind: 'done' }, ['refused']]) {
    same(isRefused(value), false);
  }
});

test('a text is a code only when the table has it', () => {
  for (const [code] of all) same(isRefusalCode(code), true);
  for (const text of ['', 'Busy', 'busy ', 'toString', '__proto__', 'constructor']) {
    same(isRefusalCode(text), false, text);
  }
});
