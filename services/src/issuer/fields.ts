/**
 * Which data elements a message to the issuer must carry and what they may look like, and which ones its answer carries.
 * @see docs/specs.md, ISO 8583 sheet, sections 3, 10 and 11
 */
import { institutions } from '@octavo/domain/demo.ts';
import type { PurchaseAsk, ReversalAsk } from '@octavo/domain/issuer.ts';
import { type MessageFields, messageKey, originalKey, pick } from '@octavo/domain/message.ts';
import { type Refused, refused } from '@octavo/domain/refusal.ts';
import { readOrNone } from '@octavo/lib/iso8583/message.ts';
import { parseCryptogramResult } from '@octavo/lib/iso8583/subfields.ts';
import { parseAccountReference, parseTokenData } from '@octavo/lib/iso8583/usage.ts';

/** What an element must look like: an expression, or a parser that throws `Iso8583Error`. */
type Shape = RegExp | ((value: string) => unknown);

const DATE = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';
const TIME = '(?:[01]\\d|2[0-3])[0-5]\\d[0-5]\\d';

const REVERSAL_SHAPES: Readonly<Record<string, Shape>> = {
  2: /^\d{12,19}$/,
  3: /^\d{6}$/,
  4: /^\d{12}$/,
  7: new RegExp(`^${DATE}${TIME}$`),
  11: /^\d{6}$/,
  12: new RegExp(`^${TIME}$`),
  13: new RegExp(`^${DATE}$`),
  18: /^\d{4}$/,
  22: /^\d{3}$/,
  25: /^\d{2}$/,
  32: /^\d{1,11}$/,
  33: /^\d{1,11}$/,
  37: /^[0-9A-Za-z]{12}$/,
  41: /^.{8}$/,
  42: /^.{15}$/,
  49: /^\d{3}$/,
  90: /^0200\d{38}$/,
};

const { 90: _, ...COMMON_SHAPES } = REVERSAL_SHAPES;
const PURCHASE_SHAPES: Readonly<Record<string, Shape>> = {
  ...COMMON_SHAPES,
  14: /^\d{2}(?:0[1-9]|1[0-2])$/,
  15: new RegExp(`^${DATE}$`),
  19: /^\d{3}$/,
  43: /^.{40}$/s,
  56: parseAccountReference,
  61: parseCryptogramResult,
  63: parseTokenData,
  100: new RegExp(`^0*${institutions.issuer.code}$`),
};

/** The elements of an answer that repeat the request's, and the one that only the answer to a purchase repeats. */
const ECHOED = [2, 3, 4, 7, 11, 12, 13, 15, 25, 32, 33, 37, 41, 42, 49, 56, 70, 100];
const CARD_SEQUENCE = 23;

/** A purchase in the words of the domain, or `message.malformed` with the element, or a kind that is not spoken. */
export function readPurchase(mti: string, fields: MessageFields): PurchaseAsk | Refused {
  const wrong = firstWrong(PURCHASE_SHAPES, fields);
  const key = messageKey(mti, fields);
  if (wrong !== undefined || key === undefined) return malformed(wrong);
  // Voids, balance inquiries and completions are 0200 too, told apart by these two.
  if (fields['3'] !== '000000' || fields['25'] !== '00') return refused('message.not_supported');
  return {
    messageKey: key,
    amountMinor: BigInt(fields['4'] ?? ''),
    currency: fields['49'] ?? '',
    expiry: fields['14'] ?? '',
    retrievalReference: fields['37'] ?? '',
    cryptogramRight: parseCryptogramResult(fields['61'] ?? '') === 'right',
  };
}

/** A reversal in the words of the domain with its original's key, or `message.malformed` with the element. */
export function readReversal(
  mti: string,
  fields: MessageFields,
): (ReversalAsk & { readonly originalKey: string }) | Refused {
  const wrong = firstWrong(REVERSAL_SHAPES, fields);
  const key = messageKey(mti, fields);
  const original = originalKey(fields['90']);
  if (wrong !== undefined || key === undefined || original === undefined) return malformed(wrong);
  return {
    messageKey: key,
    originalKey: original,
    amountMinor: BigInt(fields['4'] ?? ''),
    currency: fields['49'] ?? '',
  };
}

/** The elements that an answer repeats. */
export function echoed(fields: MessageFields): Record<string, string> {
  const isReversal = fields['90'] !== undefined;
  return { ...pick(fields, isReversal ? ECHOED : [...ECHOED, CARD_SEQUENCE]) };
}

function malformed(element: string | undefined): Refused {
  return refused('message.malformed', { element: `DE${element ?? ''}` });
}

/** The number of the first element that is missing or does not look right. */
function firstWrong(
  shapes: Readonly<Record<string, Shape>>,
  fields: MessageFields,
): string | undefined {
  return Object.keys(shapes).find((number) => !fits(shapes[number] as Shape, fields[number]));
}

function fits(shape: Shape, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (shape instanceof RegExp) return shape.test(value);
  return readOrNone(() => ({ read: shape(value) })) !== undefined;
}
