/**
 * What is typed of a card, as digits: how they are shown in groups, where the caret stands after an edit, and what is
 * wrong with them. Texts come from keyboards, the clipboard and the browser's own filling; only digits are kept.
 */
import { isLuhnValid } from '@octavo/lib/emv/pan.ts';

/** What the second half of a card entry is: a security code, or the number that the bank knows. */
export type Needs = 'cvn2' | 'mobile';

/** How a field's text becomes digits and how digits are shown. */
export type Form = {
  /** The digits of a text, and by how many the leading ones became more (or fewer, when negative). */
  readonly read: (text: string, isDeleting: boolean) => { digits: string; shift: number };
  readonly show: (digits: string) => string;
};

/** An edit as the browser tells it: the text after it, the caret in that text, and which way it deleted. */
export type Edit = {
  readonly before: string;
  readonly text: string;
  readonly caret: number;
  readonly deletes?: 'backward' | 'forward' | undefined;
};

/**
 * Read an edit: the digits after it, and where the caret belongs in the shown text. Deleting a separator deletes the
 * digit beside it, so that no key is ever without effect.
 */
export function readEdit(form: Form, edit: Edit): { digits: string; caret: number } {
  const { before, text, caret, deletes } = edit;
  const { digits, shift } = form.read(text, deletes !== undefined);
  const at = Math.min(digits.length, Math.max(0, digitsOf(text.slice(0, caret)).length + shift));
  const tookSeparator =
    deletes !== undefined && digits === before && text.length < form.show(before).length;
  if (!tookSeparator) return { digits, caret: caretAfter(form.show(digits), digits.length, at) };
  const gone = deletes === 'backward' ? at - 1 : at;
  const left = digits.slice(0, Math.max(0, gone)) + digits.slice(gone + 1);
  const there = Math.min(left.length, Math.max(0, gone));
  return { digits: left, caret: caretAfter(form.show(left), left.length, there) };
}

/** The digits of a text, full-width ones too. */
export function digitsOf(text: string): string {
  return text
    .replaceAll(/[０-９]/g, (digit) => String(digit.charCodeAt(0) - 0xff10))
    .replaceAll(/[^0-9]/g, '');
}

/** The longest card number there is. */
const NUMBER_DIGITS = 19;
const MOBILE_DIGITS = 11;
const CODE_DIGITS = 6;
const CVN2_DIGITS = 3;

/**
 * A card number in groups of four. `lengthOf` says how many digits the numbers have that begin with these six, where
 * that is known: no more are taken, but none that stand already are cut off by a deletion.
 */
export function numberForm(lengthOf: (firstSix: string) => number | undefined): Form {
  return {
    read: (text, isDeleting) => {
      const digits = digitsOf(text);
      const length = isDeleting ? undefined : lengthOf(digits.slice(0, 6));
      return kept(digits, length ?? NUMBER_DIGITS);
    },
    show: (digits) => digits.replaceAll(/(\d{4})(?=\d)/g, '$1 '),
  };
}

/** A mobile number in groups of three, four and four; the country code of a pasted one is left out. */
export const mobileForm: Form = {
  read: (text) => {
    const digits = digitsOf(text);
    const country = /^(?:00)?86(?=1\d{10}$)/.exec(digits)?.[0].length ?? 0;
    return { ...kept(digits.slice(country), MOBILE_DIGITS), shift: -country };
  },
  show: (digits) =>
    [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)]
      .filter((part) => part !== '')
      .join(' '),
};

/** Three digits; what they look like is the field's matter. */
export const cvn2Form: Form = { read: (text) => kept(digitsOf(text), CVN2_DIGITS), show: (d) => d };

/** The bank's code of six digits. */
export const codeForm: Form = { read: (text) => kept(digitsOf(text), CODE_DIGITS), show: (d) => d };

/** Month and year as MMYY, shown as `08 / 29`: the slash comes by itself, and a month of one digit gets its zero. */
export const expiryForm: Form = {
  read: (text, isDeleting) => {
    const plain = digitsOf(text);
    const isoMonth = /^(20\d\d)(\d\d)$/.exec(plain);
    if (isoMonth !== null && /^\s*\d{4}\D/.test(text)) {
      return { digits: `${isoMonth[2]}${plain.slice(2, 4)}`, shift: 0 };
    }
    const wholeYear = /^(\d\d)20(\d\d)$/.exec(plain);
    if (wholeYear !== null) return { digits: `${wholeYear[1]}${wholeYear[2]}`, shift: 0 };
    const needsZero =
      !isDeleting && (/^[2-9]/.test(plain) || /^\s*[1-9０-９]\s*[/／.-]/.test(text));
    return { ...kept(needsZero ? `0${plain}` : plain, 4), shift: needsZero ? 1 : 0 };
  },
  show: (digits) => (digits.length < 2 ? digits : `${digits.slice(0, 2)} / ${digits.slice(2)}`),
};

/** What is known of a number's first six digits: nothing yet, that nobody issues such cards, or its length. */
export type Known = 'not_yet' | 'nobody' | { readonly length: number };

/** What is wrong with a number: at once when it is full, the rest once the field was left. */
export function numberWrong(
  digits: string,
  known: Known,
  isLeft: boolean,
): 'luhn' | 'nobody' | 'length' | undefined {
  if (digits === '') return undefined;
  if (typeof known === 'object' && digits.length === known.length) {
    return isLuhnValid(digits) ? undefined : 'luhn';
  }
  if (!isLeft) return undefined;
  if (typeof known === 'object') return 'length';
  if (known === 'nobody') return 'nobody';
  if (digits.length < 12) return 'length';
  return isLuhnValid(digits) ? undefined : 'luhn';
}

/** What is wrong with MMYY in a month of the calendar. A card is good to the end of its month. */
export function expiryWrong(
  digits: string,
  today: { readonly year: number; readonly month: number },
): 'unfinished' | 'month' | 'past' | undefined {
  const month = Number(digits.slice(0, 2));
  if (digits.length >= 2 && (month < 1 || month > 12)) return 'month';
  if (digits.length < 4) return 'unfinished';
  const year = 2000 + Number(digits.slice(2));
  return year * 12 + month < today.year * 12 + today.month ? 'past' : undefined;
}

/** Whether the second half is whole: three digits, or a mobile number of eleven that begins with 1. */
export function isExtraWhole(needs: Needs, digits: string): boolean {
  return needs === 'cvn2' ? /^\d{3}$/.test(digits) : /^1\d{10}$/.test(digits);
}

/** MMYY as the envelope has it: YYMM. */
export function yearFirst(digits: string): string {
  return digits.slice(2) + digits.slice(0, 2);
}

function kept(digits: string, most: number): { digits: string; shift: number } {
  return { digits: digits.slice(0, most), shift: 0 };
}

/** Right behind the digit, so that the next key lands before the separator; behind everything at the end. */
function caretAfter(shown: string, total: number, digits: number): number {
  if (digits === total) return shown.length;
  let seen = 0;
  for (let index = 0; index < shown.length; index++) {
    if (seen === digits) return index;
    if (/\d/.test(shown.charAt(index))) seen += 1;
  }
  return shown.length;
}
