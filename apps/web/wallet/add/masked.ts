/** A masked mobile number as it is read: `138 •••• 0001`. */
export function maskedText(masked: string): string {
  return masked.replaceAll('*', '•').replace(/^(.{3})(.+)(.{4})$/, '$1 $2 $3');
}

/** A time that is left, as minutes and seconds: `4:32`. */
export function clockText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
