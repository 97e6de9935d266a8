/** Mobile numbers as people read them: three, four, four. */

const LENGTH = 11;

/** The digits of what was typed or pasted, no more than a number has; a country code is left out. */
export function mobileDigits(typed: string): string {
  const digits = typed.replace(/\D/g, '').replace(/^(?:00)?86(?=1\d{10})/, '');
  return digits.slice(0, LENGTH);
}

/** Whether the digits are a mobile number. */
export function isMobile(digits: string): boolean {
  return /^1\d{10}$/.test(digits);
}

/** `139 0000 0001`, also while it is typed. */
export function groupedMobile(digits: string): string {
  return [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)].filter(Boolean).join(' ');
}

/** A number that nobody has: for a visitor who keeps their own to themselves. */
export function demoMobile(): string {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1));
  return `139${String(value % 100_000_000).padStart(8, '0')}`;
}
