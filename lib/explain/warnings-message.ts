/**
 * Rules about a message and the chip data in it: its own fields say the same as what the card sealed.
 * @see docs/specs.md, cryptograms sheet, section 10
 */
import type { Facts } from './facts.ts';
import type { Rule } from './warnings.ts';

/** The rules of this file. */
export const messageRules: readonly Rule[] = [
  differs('amount.differs', 'the amount', 'DE4', '9F02', plain),
  differs('currency.differs', 'the currency', 'DE49', '5F2A', lastThree),
  differs('country.differs', "the terminal's country", 'DE19', '9F1A', lastThree),
  differs('date.differs', 'the date', 'DE13', '9A', (date) => date.slice(-4)),
  differs('type.differs', 'the type of transaction', 'DE3', '9C', chipType),
  differs('sequence.differs', 'the card sequence number', 'DE23', '5F34', (digits) =>
    digits.padStart(3, '0'),
  ),
  decided(differs('response.differs', 'the response code', 'DE39', '8A', plain, characters)),
  differs('response.sealed_differs', 'the response code', 'DE39', 'ARC', plain, characters),
];

function differs(
  code: string,
  what: string,
  outer: string,
  inner: string,
  outerForm: (value: string) => string,
  innerForm: (value: string) => string = outerForm,
): Rule {
  const words = `${what} of the message (${outer}) is not that of its chip data (${inner})`;
  const isBroken = (facts: Facts): boolean =>
    outerForm(facts.get(outer)?.value ?? '') !== innerForm(facts.get(inner)?.value ?? '');
  return { code, words, tags: [outer, inner], isBroken };
}

/** What a terminal decided by itself has codes of its own (Y1, Z1 and the like), which no message says. */
function decided(rule: Rule): Rule {
  const isOwn = (facts: Facts): boolean => /^5[9A]/.test(facts.get('8A')?.value ?? '');
  return { ...rule, isBroken: (facts) => !isOwn(facts) && rule.isBroken(facts) };
}

/** To the chip a pre-authorisation is a purchase for many terminals. */
function chipType(code: string): string {
  const type = code.slice(0, 2);
  return type === '03' ? '00' : type;
}

function plain(value: string): string {
  return value;
}

function lastThree(value: string): string {
  return value.slice(-3);
}

/** Two characters as four hexadecimal digits, read as characters. */
function characters(value: string): string {
  return value.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}
