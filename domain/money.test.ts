import { equal as same, throws } from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError } from '@octavo/lib/bytes/assert.ts';
import fc from 'fast-check';
import {
  amountDigits,
  CNY,
  currencies,
  formatAmount,
  MAX_AMOUNT_MINOR,
  parseAmount,
} from './money.ts';

const YEN = '392';

const amount = fc.bigInt({ min: 0n, max: MAX_AMOUNT_MINOR });
const currency = fc.constantFrom(...Object.keys(currencies));

test('an amount is read in the minor units of its currency', () => {
  same(parseAmount('28.50', CNY), 2850n);
  same(parseAmount('28.5', CNY), 2850n);
  same(parseAmount('28', CNY), 2800n);
  same(parseAmount('0', CNY), 0n);
  same(parseAmount('0.01', CNY), 1n);
  same(parseAmount('28', YEN), 28n);
});

test('more decimals than the currency has are refused, zeros too', () => {
  same(parseAmount('28.505', CNY), undefined);
  same(parseAmount('28.500', CNY), undefined);
  same(parseAmount('28.0', YEN), undefined);
});

test('what is not a plain decimal number is refused', () => {
  const wrong = [
    '',
    '.',
    '.5',
    '5.',
    '-1',
    '+1',
    '1,280.00',
    '1e3',
    ' 1',
    '1 ',
    '1\n',
    '0x10',
    '１',
  ];
  for (const text of [...wrong, 'NaN', '1.2.3', '²']) same(parseAmount(text, CNY), undefined, text);
});

test('an amount has at most twelve digits, decimals among them', () => {
  same(parseAmount('9999999999.99', CNY), MAX_AMOUNT_MINOR);
  same(parseAmount('10000000000', CNY), undefined);
  same(parseAmount('999999999999', YEN), MAX_AMOUNT_MINOR);
  same(parseAmount('1000000000000', YEN), undefined);
  same(parseAmount('0'.repeat(100_000), CNY), undefined);
});

test('a currency that is not in the table is refused', () => {
  for (const code of ['999', '', 'CNY', '__proto__', 'constructor', 'toString']) {
    same(parseAmount('1', code), undefined, code);
  }
});

test('an amount is written with thousands separators and all its decimals', () => {
  same(formatAmount(128000n, CNY), '1,280.00');
  same(formatAmount(0n, CNY), '0.00');
  same(formatAmount(5n, CNY), '0.05');
  same(formatAmount(99999n, CNY), '999.99');
  same(formatAmount(100000n, CNY), '1,000.00');
  same(formatAmount(MAX_AMOUNT_MINOR, CNY), '9,999,999,999.99');
});

test('a currency without minor units is written without decimals', () => {
  same(formatAmount(0n, YEN), '0');
  same(formatAmount(1280n, YEN), '1,280');
  same(formatAmount(1234567n, YEN), '1,234,567');
});

test('what goes out is written with a minus sign, not a hyphen', () => {
  same(formatAmount(-2850n, CNY), '\u221228.50');
  same(formatAmount(-1n, YEN), '\u22121');
});

test('what is written is read again, separators left out', () => {
  fc.assert(
    fc.property(amount, currency, (minor, code) =>
      same(parseAmount(formatAmount(minor, code).replaceAll(',', ''), code), minor),
    ),
  );
});

test('separators stand before every third digit and nowhere else', () => {
  fc.assert(
    fc.property(amount, currency, (minor, code) => {
      const [whole = ''] = formatAmount(minor, code).split('.');
      same(/^\d{1,3}(,\d{3})*$/.test(whole), true, whole);
    }),
  );
});

test('DE4 and tag 9F02 have twelve digits', () => {
  same(amountDigits(0n), '000000000000');
  same(amountDigits(1250n), '000000001250'); // EMV contactless sheet, section 9.2
  same(amountDigits(MAX_AMOUNT_MINOR), '999999999999');
  fc.assert(
    fc.property(amount, (minor) => {
      const digits = amountDigits(minor);
      same(digits.length, 12);
      same(BigInt(digits), minor);
    }),
  );
});

test('an amount that has no twelve digits is a bug of ours', () => {
  throws(() => amountDigits(-1n), AssertionError);
  throws(() => amountDigits(MAX_AMOUNT_MINOR + 1n), AssertionError);
});

test('any text is an amount within the limit, or refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'0123456789.,-') }),
      currency,
      (text, code) => {
        const minor = parseAmount(text, code);
        same(minor === undefined || (minor >= 0n && minor <= MAX_AMOUNT_MINOR), true);
      },
    ),
  );
});
