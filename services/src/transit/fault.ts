/** Whose fault a refused verdict is: the token's and its rider's, or ours, the gate's and the way's. */
import { instantOfLocal } from '@octavo/domain/time.ts';

/** What is known of a refusal. */
export type Refusal = {
  readonly refusalCode: string | undefined;
  readonly responseCode: string | undefined;
};

/** DE39 of a system that is in trouble, or that took us for no transit operator: they say nothing of the token. */
const OUR_CODES = new Set([
  '30',
  '40',
  '58',
  '68',
  '77',
  '90',
  '91',
  '92',
  '94',
  '96',
  '97',
  '98',
  'A0',
]);

/** Reasons that name the tap, and mean us: our merchant class, and the day that a gate's clock gave the card. */
const OUR_REASONS = new Set(['tap.advice_not_transit', 'tap.date_differs']);

/** Whether a refusal is about the token or its tap, and not about us or the way there. */
export function isAboutToken({ refusalCode, responseCode }: Refusal): boolean {
  if (refusalCode !== undefined) {
    return /^(?:tap|token)\./.test(refusalCode) && !OUR_REASONS.has(refusalCode);
  }
  return responseCode !== undefined && !OUR_CODES.has(responseCode);
}

/** DE39 of a tap whose data the token service does not believe. */
const NOT_BELIEVED = '63';

/** A sealed day that is further away is refused: the message has no year of its own. */
const FARTHEST_DAY_MS = 183 * 24 * 60 * 60_000;

/**
 * The reason of a refusal that DE39 alone does not tell: a sealed day of another year is never believed. `day` is tag
 * 9A, YYMMDD.
 */
export function reasonOf(
  { refusalCode, responseCode }: Refusal,
  day: string,
  nowMs: number,
): string | undefined {
  if (refusalCode !== undefined || responseCode !== NOT_BELIEVED) return refusalCode;
  const date = `20${day.slice(0, 2)}-${day.slice(2, 4)}-${day.slice(4)}`;
  const sealedAtMs = instantOfLocal(date, '12:00:00');
  const isNear = sealedAtMs !== undefined && Math.abs(sealedAtMs - nowMs) < FARTHEST_DAY_MS;
  return isNear ? undefined : 'tap.date_differs';
}
