import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { wantedOf } from './wanted.ts';

test('a whole reference is looked for as one, however it was written', () => {
  const text = '1FA7A01794743332E0AC34347FB422A5';
  deepEqual(wantedOf(text), [{ by: 'reference', text }]);
  deepEqual(wantedOf(` ${text.toLowerCase()} `), [{ by: 'reference', text }]);
});

test('an account reference has 29 characters', () => {
  const text = '9999ZFA2NJ9MNFZ0EA56LJ09QT68J';
  deepEqual(wantedOf(text), [{ by: 'accountReference', text }]);
});

test('four digits may be a token’s or a card’s', () => {
  const both = [
    { by: 'tokenLastFour', text: '8026' },
    { by: 'cardLastFour', text: '8026' },
  ];
  deepEqual(wantedOf('8026'), both);
  deepEqual(wantedOf('•• 8026'), both);
});

test('what is not whole yet is not looked for', () => {
  for (const text of ['', '802', '80266', '1FA7A017', 'holder']) equal(wantedOf(text), undefined);
});
