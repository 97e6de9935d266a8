/** Amounts as they are set in the figure face: the sign and the minor units small and raised, the minus U+2212. */
import { currencies } from '@octavo/domain/money.ts';

/** Minor units, as the services send them. */
export type Minor = bigint | number | string;

type Parts = {
  readonly minus: string;
  readonly sign: string;
  readonly whole: string;
  readonly minor: string;
};

/** An amount with its sign: `¥28.50`. `bare` leaves the sign out, as rows of a list do. */
export function Amount({
  minor,
  currency = '156',
  bare = false,
  plus = false,
  size = 'figure-s',
}: {
  readonly minor: Minor;
  readonly currency?: string;
  readonly bare?: boolean;
  readonly plus?: boolean;
  readonly size?: 'figure-xl' | 'figure-l' | 'figure-m' | 'figure-s';
}) {
  const parts = partsOf(minor, currency);
  return (
    <span className={`amount ${size}`} aria-label={amountText(minor, currency)} role="img">
      {parts.minus || (plus ? '+' : '')}
      {bare ? null : <span className="amount-sign">{parts.sign}</span>}
      {parts.whole}
      {parts.minor === '' ? null : (
        <span className={bare ? undefined : 'amount-minor'}>.{parts.minor}</span>
      )}
    </span>
  );
}

/** An amount as plain text: `−¥28.50`. */
export function amountText(minor: Minor, currency = '156'): string {
  const { minus, sign, whole, minor: rest } = partsOf(minor, currency);
  return `${minus}${sign}${whole}${rest === '' ? '' : `.${rest}`}`;
}

function partsOf(minor: Minor, currency: string): Parts {
  const value = BigInt(minor);
  const known = Object.entries(currencies).find(([code]) => code === currency)?.[1];
  const digits = known?.minorDigits ?? 2;
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',');
  return {
    minus: value < 0n ? '−' : '',
    sign: known?.sign ?? '',
    whole,
    minor: digits === 0 ? '' : text.slice(-digits),
  };
}
