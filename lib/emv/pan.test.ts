import { deepEqual, equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { format, inspect } from 'node:util';
import fc from 'fast-check';
import { AssertionError } from '../bytes/assert.ts';
import { isLuhnValid, luhnDigit, maskPan, Pan } from './pan.ts';

// Numbers of the sheets: token and card of the worked examples, cryptograms sheet, sections 8.2 and 9.
const TOKEN = '6258249900000018';
const CARD = '6228489900001234568';

const bodies = fc
  .array(fc.nat({ max: 9 }), { minLength: 11, maxLength: 18 })
  .map((digits) => digits.join(''));

test('the token and the card of the sheets have the right check digit', () => {
  for (const number of [TOKEN, CARD]) {
    same(isLuhnValid(number), true, number);
    same(luhnDigit(number.slice(0, -1)), number.slice(-1), number);
  }
});

test('exactly one check digit fits a body', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const fitting = [...'0123456789'].filter((digit) => isLuhnValid(body + digit));
      deepEqual(fitting, [luhnDigit(body)]);
    }),
  );
});

test('the check digit finds every single wrong digit', () => {
  fc.assert(
    fc.property(bodies, fc.nat({ max: 10 }), fc.integer({ min: 1, max: 9 }), (body, at, change) => {
      const digits = body + luhnDigit(body);
      const wrong = (Number(digits[at]) + change) % 10;
      same(isLuhnValid(digits.slice(0, at) + wrong + digits.slice(at + 1)), false);
    }),
  );
});

test('what is not digits has no check digit', () => {
  same(isLuhnValid(''), false);
  same(isLuhnValid('62 58'), false);
  same(isLuhnValid('６２５８'), false);
  throws(() => luhnDigit('62a'), AssertionError);
});

test('a number is read when it is 12 to 19 digits and the check digit holds', () => {
  const refusal = (text: string) => {
    const result = Pan.parse(text);
    return result instanceof Pan ? 'read' : result.code;
  };
  same(refusal(TOKEN), 'read');
  same(refusal(CARD), 'read');
  same(refusal('6258 2499 0000 0018'), 'pan.not_digits');
  same(refusal(''), 'pan.not_digits');
  same(refusal(`${TOKEN}\n`), 'pan.not_digits');
  same(refusal(TOKEN.slice(0, 11)), 'pan.length_wrong');
  same(refusal(`${CARD}0`), 'pan.length_wrong');
  same(refusal('6258249900000019'), 'pan.luhn_wrong');
});

test('any text is read or refused by name', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), bodies), (text) => {
      const result = Pan.parse(text);
      same(
        result instanceof Pan ? result.reveal() : result.kind,
        result instanceof Pan ? text : 'refused',
      );
    }),
  );
});

test('the digits come out only when they are asked for', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const digits = body + luhnDigit(body);
      const pan = parsed(digits);
      const shown = [
        String(pan),
        `${pan}`,
        JSON.stringify({ pan }),
        inspect(pan),
        inspect({ deep: { pan } }, { showHidden: true }),
        format('%s %o %j', pan, pan, pan),
        Object.values(pan).join(),
        JSON.stringify(structuredClone({ ...pan })),
      ];
      for (const text of shown) same(text.includes(digits), false);
      same(pan.reveal(), digits);
    }),
  );
});

test('what is shown are the first six and the last four', () => {
  const pan = parsed(TOKEN);
  same(String(pan), '625824******0018');
  same(JSON.stringify({ pan }), '{"pan":"625824******0018"}');
  same(inspect(pan), 'Pan(625824******0018)');
  same(pan.lastFour, '0018');
  same(pan.bin(6), '625824');
  same(pan.bin(8), '62582499');
  throws(() => pan.bin(9), AssertionError);
});

test('a masked number keeps its length and never shows more than ten digits', () => {
  same(maskPan(CARD), '622848*********4568');
  same(maskPan('123456789012'), '123456**9012');
  same(maskPan('12345678901'), '*******8901');
  same(maskPan('1234'), '****');
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9]{0,30}$/), (digits) => {
      const masked = maskPan(digits);
      same(masked.length, digits.length);
      same(masked.replaceAll('*', '').length <= 10, true);
    }),
  );
});

function parsed(text: string): Pan {
  const result = Pan.parse(text);
  if (!(result instanceof Pan)) throw new Error(result.code);
  return result;
}
