import { deepEqual, match, ok, equal as same } from 'node:assert/strict';
import { test } from 'node:test';
import {
  ACCOUNT_REFERENCE_CONTROLLER,
  answerDelayMs,
  behaviours,
  cardRanges,
  institutions,
  rangeOfCard,
  rangeOfToken,
  requestors,
  testCards,
} from './demo.ts';
import { ISSUER_TIMEOUT_MS } from './network.ts';

/** First digits that lead somewhere: card ranges and token ranges. */
const prefixes = cardRanges.flatMap(({ bin, tokenBin }) => [bin, tokenBin]);

test('every number begins with 9999, which is no country’s', () => {
  const numbers = [
    ...prefixes,
    ...Object.values(institutions).map(({ code }) => code),
    ACCOUNT_REFERENCE_CONTROLLER,
    ...testCards.map(({ pan }) => pan),
  ];
  deepEqual(
    numbers.filter((number) => !number.startsWith('9999')),
    [],
  );
});

test('ranges of cards and of tokens do not overlap', () => {
  for (const [at, prefix] of prefixes.entries()) {
    const others = prefixes.filter((_, other) => other !== at);
    ok(!others.some((other) => other.startsWith(prefix) || prefix.startsWith(other)), prefix);
  }
});

test('every test card passes the Luhn check', () => {
  deepEqual(
    testCards.filter(({ pan }) => !passesLuhn(pan)).map(({ pan }) => pan),
    [],
  );
  same(passesLuhn('9999010000000000011'), false);
});

test('every test card is of its range, and as long as the range says', () => {
  for (const { pan } of testCards) same(rangeOfCard(pan)?.length, pan.length, pan);
});

test('no two test cards have one number', () => {
  same(new Set(testCards.map(({ pan }) => pan)).size, testCards.length);
});

test('there is a debit and a credit card for every behaviour', () => {
  for (const behaviour of Object.keys(behaviours)) {
    const kinds = testCards
      .filter((card) => card.behaviour === behaviour)
      .map(({ pan }) => rangeOfCard(pan)?.kind);
    deepEqual(kinds.toSorted(), ['credit', 'debit'], behaviour);
  }
});

test('every behaviour has words in both languages, as part of a sentence', () => {
  for (const [name, { en, zh }] of Object.entries(behaviours)) {
    match(en, /^[a-z][A-Za-z0-9 .,:-]*[a-z0-9]$/, name);
    match(zh, /^\p{Script=Han}[\p{Script=Han}0-9 .，：]*[\p{Script=Han}0-9]$/u, name);
    ok(!/[您哦]/u.test(zh), name);
  }
});

test('a late answer comes after the network has given up, a slow one before', () => {
  // ISO 8583 sheet, section 10
  deepEqual(Object.keys(answerDelayMs), ['late', 'slow']);
  ok((answerDelayMs.late ?? 0) > ISSUER_TIMEOUT_MS);
  ok((answerDelayMs.slow ?? 0) < ISSUER_TIMEOUT_MS);
});

test('only the expired cards expire before the others', () => {
  for (const { expiry, behaviour, mobile } of testCards) {
    ok(/^\d{2}(0[1-9]|1[0-2])$/.test(expiry));
    ok(/^1\d{10}$/.test(mobile));
    same(expiry < '3000', behaviour === 'expired', behaviour);
  }
});

test('institutions have eight digits and requestors eleven, and no two have the same', () => {
  const codes = Object.values(institutions).map(({ code }) => code);
  const ids = Object.values(requestors).map(({ id }) => id);
  ok(codes.every((code) => /^\d{8}$/.test(code)));
  ok(ids.every((id) => /^\d{11}$/.test(id)));
  same(new Set([...codes, ...ids]).size, codes.length + ids.length);
});

test('a card number leads to its range by its first digits, a token only by all sixteen', () => {
  same(rangeOfCard('999901')?.kind, 'debit');
  same(rangeOfCard('9999020000000010')?.kind, 'credit');
  same(rangeOfCard('99995801'), undefined);
  same(rangeOfCard('6258249900000018'), undefined);
  same(rangeOfCard(''), undefined);
  for (const { tokenBin, kind } of cardRanges) {
    same(rangeOfToken(`${tokenBin}00000000`)?.kind, kind);
    same(rangeOfToken(`${tokenBin}0000000`), undefined);
    same(rangeOfToken(`${tokenBin}00000000000`), undefined);
  }
  same(rangeOfToken('9999020000000010'), undefined);
});

/** Double every second digit from the right, add the digits of all: the sum ends in 0. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (const [place, digit] of [...digits].toReversed().entries()) {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
