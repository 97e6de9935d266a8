/**
 * What does not fit together in one input: flags that contradict each other, a message that says other than its
 * chip data, values that prove nothing. Pure; words never hold digits of a number or a secret.
 * @see docs/specs.md, EMV contactless sheet, sections 4 and 5, and cryptograms sheet, sections 5 and 10
 */
import type { Explained } from './explained.ts';
import { type Facts, factsOf, numbersOf, tracksOf } from './facts.ts';
import { byTap, type ExplainedPart } from './kind.ts';
import { flagRules } from './warnings-flags.ts';
import { messageRules } from './warnings-message.ts';
import { qualifierRules } from './warnings-qualifiers.ts';

/** One contradiction or oddity: its code, what it is in words, and the spans concerned. */
export type Warning = {
  readonly code: string;
  readonly words: string;
  readonly paths: readonly string[];
  /** Which tap it is about, from 1, where the input holds several. */
  readonly tap?: number;
};

/** A rule: its code, its words, the tags it compares, and whether it is broken; it is asked only when all tags are there. */
export type Rule = {
  readonly code: string;
  readonly words: string;
  readonly tags: readonly string[];
  readonly isBroken: (facts: Facts) => boolean;
};

/** What warnings draw on beside the input. */
export type WarningOptions = {
  /** First digits of the ranges that device tokens are made from. */
  readonly tokenRanges?: readonly string[];
  /** The day that expiries are compared with, YYMMDD; without it none is. */
  readonly today?: string | undefined;
};

/**
 * The warnings for the trees of one input, as they are before anything is hidden.
 * @example warningsOf([explainChipData(fromHex('9F370400000000'))]).map(({ code }) => code) // ['number.zero']
 */
export function warningsOf(
  trees: readonly Explained[],
  options: WarningOptions = {},
): readonly Warning[] {
  const facts = factsOf(trees);
  const broken = [...flagRules, ...qualifierRules, ...messageRules]
    .filter(({ tags }) => tags.every((tag) => facts.has(tag)))
    .filter(({ isBroken }) => isBroken(facts))
    .map(({ code, words, tags }) => ({ code, words, paths: pathsOf(facts, tags) }));
  return [
    ...broken,
    ...numberWarnings(facts),
    ...tokenWarnings(trees, facts, options.tokenRanges ?? []),
    ...trackWarnings(trees, facts),
    ...expiryWarnings(facts, options.today),
  ];
}

/** The warnings for the parts of an input, tap by tap where it holds several: what differs from tap to tap is no fault. */
export function warningsOfParts(
  parts: readonly ExplainedPart[],
  options: WarningOptions = {},
): readonly Warning[] {
  return byTap(parts).flatMap(({ tap, parts: own }) => {
    const trees = own.map(({ tree }) => tree);
    const found = warningsOf(trees, options);
    return tap === undefined ? found : found.map((warning) => ({ ...warning, tap }));
  });
}

function pathsOf(facts: Facts, tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => facts.get(tag)?.path ?? []);
}

/** The same card stands everywhere. */
function numberWarnings(facts: Facts): readonly Warning[] {
  const numbers = numbersOf(facts);
  const [first] = numbers;
  const other = numbers.find(({ value }) => value !== first?.value);
  if (first === undefined || other === undefined) return [];
  const words = 'two different account numbers stand in one input';
  return [{ code: 'pan.differs', words, paths: [first.path, other.path] }];
}

/** What tells that something was paid: without it a number stands there for itself, or is written into an element. */
const OF_A_PAYMENT = ['MTI', '9F02', '9F36', '9F37', '9F10', 'DE4', 'track 2'];

/** What only a device token has: who asked for it, and the account behind it. */
const OF_A_TOKEN = ['9F19', '9F24'];

/** A token, or a tap, without a cryptogram: one warning, of the token where one is known. */
function tokenWarnings(
  trees: readonly Explained[],
  facts: Facts,
  ranges: readonly string[],
): readonly Warning[] {
  const type = facts.get('MTI')?.value;
  // Answers, reversals, network management and records never carry a cryptogram.
  const isRequest = type === undefined || /^.[12][02]/.test(type);
  const isRecord = trees.some(({ children }) => children[0]?.tag === '70');
  if (!isRequest || isRecord || facts.has('9F26')) return [];
  const numbers = numbersOf(facts);
  const isPayment = OF_A_PAYMENT.some((tag) => facts.has(tag));
  const inRange = numbers.find(({ value }) => ranges.some((bin) => value.startsWith(bin)));
  const token =
    (isPayment ? inRange : undefined) ?? (isOfToken(trees, facts) ? numbers[0] : undefined);
  if (token !== undefined) {
    const words = 'a device token without a cryptogram: nothing proves that the device was there';
    return [{ code: 'token.no_cryptogram', words, paths: [token.path] }];
  }
  const places = tapPlaces(facts);
  if (places.length === 0) return [];
  const words = 'a contactless payment without a cryptogram (9F26): nothing proves the card';
  return [{ code: 'cryptogram.missing', words, paths: pathsOf(facts, places) }];
}

/** Whether a token's own objects stand among those of a payment; records and control information hold them by right. */
function isOfToken(trees: readonly Explained[], facts: Facts): boolean {
  if (!OF_A_TOKEN.some((tag) => facts.has(tag))) return false;
  return !trees.some((tree) => holds(tree, ['70', '6F', 'A5', 'BF0C']));
}

/**
 * Where it stands that a card was tapped for this request. What follows an earlier payment (a void, a completion) and
 * an answer for the card (71, 72, 91) carry no tap.
 * @see docs/specs.md, ISO 8583 sheet, sections 4 and 5
 */
function tapPlaces(facts: Facts): readonly string[] {
  const type = facts.get('MTI')?.value ?? '0200';
  const isVoid = /^20/.test(facts.get('DE3')?.value ?? '');
  const isCompletion = /^.2/.test(type) && facts.get('DE25')?.value === '06';
  const isAnswer = ['71', '72', '91'].some((tag) => facts.has(tag));
  if (!/^.[12]0/.test(type) || isVoid || isCompletion || isAnswer) return [];
  if (/^(07|91|96|98)/.test(facts.get('DE22')?.value ?? '')) return ['DE22'];
  const sealed = ['9F36', '9F10'];
  return sealed.every((tag) => facts.has(tag)) ? sealed : [];
}

/** Where issuers put the value: after key index and PIN value, or first where there is nothing else. */
const AFTER_PIN_VALUE = 5;
const CVV_DIGITS = 3;

function trackWarnings(trees: readonly Explained[], facts: Facts): readonly Warning[] {
  const zero = tracksOf(facts).filter(({ discretionary }) => {
    const isShort = discretionary.length < AFTER_PIN_VALUE + CVV_DIGITS;
    const at = isShort ? 0 : AFTER_PIN_VALUE;
    if (discretionary.slice(at, at + CVV_DIGITS) !== '000') return false;
    // Nothing but zeros means that there is no such value; then a cryptogram stands in for it, in a record later on.
    return !/^0*$/.test(discretionary) || !(facts.has('9F26') || hasRecord(trees));
  });
  if (zero.length === 0) return [];
  const words = 'the card verification value of the track is 000: the track itself proves nothing';
  return [{ code: 'cvv.zero', words, paths: [...new Set(zero.map(({ path }) => path))] }];
}

/** Whether a record stands anywhere, as a card gives it or as it is written into an element. */
function hasRecord(trees: readonly Explained[]): boolean {
  return trees.some((tree) => holds(tree, ['70']));
}

function holds({ tag, children }: Explained, tags: readonly string[]): boolean {
  return tags.includes(tag) || children.some((child) => holds(child, tags));
}

function expiryWarnings(facts: Facts, today: string | undefined): readonly Warning[] {
  if (today === undefined) return [];
  const expiries = [
    ...['5F24', 'DE14'].flatMap((tag) => facts.get(tag) ?? []),
    ...tracksOf(facts).map(({ expiry, path }) => ({ value: expiry, path })),
  ];
  const past = expiries.filter(
    ({ value }) => /^\d{4}(\d\d)?$/.test(value) && value.padEnd(6, '9') < today,
  );
  if (past.length === 0) return [];
  const words = 'expired on the day asked about';
  return [{ code: 'expiry.past', words, paths: past.map(({ path }) => path) }];
}
