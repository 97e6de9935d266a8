/** What is typed of a card: groups, caret, and what is wrong. Card numbers are those of docs/test-cards.md. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  codeForm,
  cvn2Form,
  digitsOf,
  expiryForm,
  expiryWrong,
  type Form,
  isExtraWhole,
  mobileForm,
  numberForm,
  numberWrong,
  readEdit,
  yearFirst,
} from './entry.ts';

/** Keys struck one by one into an empty field; `<` is backspace. The caret stands as `|` in the answer. */
function strike(form: Form, keys: string): string {
  let digits = '';
  let caret = 0;
  for (const key of keys) {
    const shown = form.show(digits);
    const isBack = key === '<';
    const text = isBack
      ? shown.slice(0, Math.max(0, caret - 1)) + shown.slice(caret)
      : shown.slice(0, caret) + key + shown.slice(caret);
    const edit = {
      before: digits,
      text,
      caret: isBack ? Math.max(0, caret - 1) : caret + 1,
      deletes: isBack ? ('backward' as const) : undefined,
    };
    ({ digits, caret } = readEdit(form, edit));
  }
  return withCaret(form.show(digits), caret);
}

/** One edit of a shown text with its caret. */
function edit(form: Form, before: string, after: string, deletes?: 'backward' | 'forward'): string {
  const caret = after.indexOf('|');
  const text = after.replace('|', '');
  const read = readEdit(form, { before, text, caret, deletes });
  return withCaret(form.show(read.digits), read.caret);
}

/** As long as numbers get, and numbers of which those that begin 999902 have sixteen digits. */
const anyNumber = numberForm(() => undefined);
const creditNumber = numberForm((firstSix) => (firstSix === '999902' ? 16 : undefined));

const withCaret = (shown: string, caret: number) =>
  `${shown.slice(0, caret)}|${shown.slice(caret)}`;
const pasted = (form: Form, text: string) => form.show(form.read(text, false).digits);

test('a number is grouped in fours as it is typed', () => {
  equal(strike(anyNumber, '9999'), '9999|');
  equal(strike(anyNumber, '99990'), '9999 0|');
  equal(strike(creditNumber, '99990200000000109'), '9999 0200 0000 0010|');
  equal(pasted(anyNumber, '9999010000000000010'), '9999 0100 0000 0000 010');
});

test('no more digits are taken than such a number has, and none are cut off', () => {
  equal(pasted(creditNumber, '99990200000000109'), '9999 0200 0000 0010');
  equal(pasted(creditNumber, '9999010000000000010'), '9999 0100 0000 0000 010');
  equal(
    edit(creditNumber, '999902000000001099', '9999 0200 0000 0010 9|', 'backward'),
    '9999 0200 0000 0010 9|',
  );
});

test('the caret stays where the holder edits', () => {
  equal(edit(anyNumber, '99990200', '999|9 0200'), '999|9 0200');
  equal(edit(anyNumber, '99990200', '9995|9 0200'), '9995| 9020 0');
  equal(edit(anyNumber, '99990200', '99|9 0200', 'backward'), '99|90 200');
  equal(edit(anyNumber, '99990200', '|0200', 'backward'), '|0200');
});

test('deleting a space deletes the digit beside it', () => {
  equal(edit(anyNumber, '99980200', '9998|0200', 'backward'), '999|0 200');
  equal(edit(anyNumber, '99981200', '9998|1200', 'forward'), '9998| 200');
  equal(strike(anyNumber, '99990<<'), '999|');
});

test('a number may be pasted with spaces, dashes, or in full-width digits', () => {
  equal(pasted(anyNumber, ' 9999-0200-0000-0010 '), '9999 0200 0000 0010');
  equal(pasted(anyNumber, '９９９９　０２００'), '9999 0200');
  equal(pasted(anyNumber, 'card'), '');
});

test('the caret counts the same digits before it, whatever was typed', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.nat(),
      fc.constantFrom(anyNumber, cvn2Form, codeForm),
      (text, at, form) => {
        const caret = at % (text.length + 1);
        const read = readEdit(form, { before: '', text, caret });
        const shown = form.show(read.digits);
        const wanted = Math.min(digitsOf(text.slice(0, caret)).length, read.digits.length);
        equal(digitsOf(shown.slice(0, read.caret)).length, wanted);
        equal(digitsOf(shown), read.digits);
      },
    ),
  );
});

test('backspace always leads to an empty field', () => {
  for (const form of [anyNumber, mobileForm, expiryForm, cvn2Form, codeForm]) {
    equal(strike(form, `12345678901234567890${'<'.repeat(20)}`), '|');
  }
});

test('an expiry gets its slash and its zero by itself', () => {
  equal(strike(expiryForm, '1'), '1|');
  equal(strike(expiryForm, '12'), '12 / |');
  equal(strike(expiryForm, '1230'), '12 / 30|');
  equal(strike(expiryForm, '8'), '08 / |');
  equal(strike(expiryForm, '829'), '08 / 29|');
  equal(strike(expiryForm, '1/'), '01 / |');
  equal(strike(expiryForm, '12/30'), '12 / 30|');
  equal(strike(expiryForm, '08<'), '0|');
});

test('an expiry may come from a browser in other shapes', () => {
  equal(pasted(expiryForm, '08/29'), '08 / 29');
  equal(pasted(expiryForm, '08/2029'), '08 / 29');
  equal(pasted(expiryForm, '2029-08'), '08 / 29');
  equal(pasted(expiryForm, '0829'), '08 / 29');
});

test('a mobile number is grouped in three, four and four, without its country code', () => {
  equal(strike(mobileForm, '13800000001'), '138 0000 0001|');
  equal(strike(mobileForm, '138000000019'), '138 0000 0001|');
  equal(pasted(mobileForm, '+86 138 0000 0001'), '138 0000 0001');
  equal(pasted(mobileForm, '0086-13800000001'), '138 0000 0001');
});

test('a wrong check digit is said at once when the number is full', () => {
  equal(numberWrong('9999020000000010', { length: 16 }, false), undefined);
  equal(numberWrong('9999020000000011', { length: 16 }, false), 'luhn');
  equal(numberWrong('9999010000000000011', { length: 19 }, false), 'luhn');
});

test('the rest is said once the field was left', () => {
  const nobody = ['999999', 'nobody'] as const;
  equal(numberWrong(nobody[0], nobody[1], false), undefined);
  equal(numberWrong(nobody[0], nobody[1], true), 'nobody');
  equal(numberWrong('99990200', { length: 16 }, false), undefined);
  equal(numberWrong('99990200', { length: 16 }, true), 'length');
  equal(numberWrong('9999', 'not_yet', true), 'length');
  equal(numberWrong('9999020000000011', 'not_yet', true), 'luhn');
  equal(numberWrong('9999020000000010', 'not_yet', true), undefined);
  equal(numberWrong('', 'not_yet', true), undefined);
});

test('a card is good to the end of its month', () => {
  const today = { year: 2026, month: 11 };
  equal(expiryWrong('1126', today), undefined);
  equal(expiryWrong('1026', today), 'past');
  equal(expiryWrong('1225', today), 'past');
  equal(expiryWrong('0127', today), undefined);
});

test('a month is one of twelve', () => {
  const today = { year: 2026, month: 11 };
  for (const month of ['00', '13', '99']) equal(expiryWrong(`${month}30`, today), 'month');
  for (const part of ['', '1', '12', '123']) equal(expiryWrong(part, today), 'unfinished');
});

test('the second half is three digits, or a mobile number', () => {
  deepEqual(
    ['12', '123', '1234'].map((digits) => isExtraWhole('cvn2', digits)),
    [false, true, false],
  );
  ok(isExtraWhole('mobile', '13800000001'));
  ok(!isExtraWhole('mobile', '23800000001'));
  ok(!isExtraWhole('mobile', '1380000000'));
});

test('the envelope has the year first', () => equal(yearFirst('0829'), '2908'));
