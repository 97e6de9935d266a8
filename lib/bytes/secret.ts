/**
 * Key material: bytes that every cipher takes as they are and that no string, JSON or inspection shows. What is cut
 * out of a secret is a secret too.
 */
/** Secret bytes. Only `revealHex` writes them down. */
export class SecretBytes extends Uint8Array {
  override toString(): string {
    return `[${this.length} secret bytes]`;
  }

  toJSON(): string {
    return this.toString();
  }

  override toLocaleString(): string {
    return this.toString();
  }

  override join(): string {
    return this.toString();
  }

  override get [Symbol.toStringTag](): 'Uint8Array' {
    return 'Uint8Array';
  }

  /** What Node prints when the value is inspected or logged. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * The same bytes as key material, in a copy of their own.
 * @example String(secret(fromHex('0123456789ABCDEF'))) // '[8 secret bytes]'
 */
export function secret(bytes: Uint8Array): SecretBytes {
  return new SecretBytes(bytes);
}

/**
 * Write key material as upper-case hexadecimal; `toHex` refuses to. Rare: every file that calls it is listed.
 * @example revealHex(secret(Uint8Array.of(0x9f, 0x26))) // '9F26'
 */
export function revealHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_BYTES[byte];
  return text;
}

const HEX_DIGITS = '0123456789ABCDEF';
const HEX_BYTES: readonly string[] = Array.from(
  { length: 256 },
  (_, value) => `${HEX_DIGITS[value >> 4]}${HEX_DIGITS[value & 15]}`,
);
