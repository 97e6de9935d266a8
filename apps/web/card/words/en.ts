import type { Words } from '../../kit/words-table.ts';

/** What the card-entry frame says in English. */
export const words = {
  number: {
    label: 'Card number',
    debit: 'Debit',
    credit: 'Credit',
    luhn: 'One digit looks wrong. Check the last group.',
    nobody: 'No bank here issues such cards. Check the first six digits.',
    length: 'This card’s number has {{digits}} digits.',
    lengthUnknown: 'A card number has 12 to 19 digits.',
  },
  expiry: {
    label: 'Expires',
    shape: 'MM / YY',
    unfinished: 'Month and year, as on the card.',
    month: 'Use 01 to 12.',
    past: 'This card has expired.',
  },
  cvn2: {
    label: 'CVN2',
    unfinished: 'Three digits, on the back of the card.',
    ask: 'Where to find the CVN2',
    where: 'The last three digits on the back of the card, beside the signature.',
  },
  mobile: {
    label: 'Mobile number',
    hint: 'The one your bank has for this card.',
    unfinished: 'Eleven digits, beginning with 1.',
  },
  code: { label: 'Six-digit code' },
} satisfies Words;
