/** What is thrown where a wallet payload cannot be read. */
import { BytesError } from '../bytes/bytes.ts';

/** Foreign text or bytes that are no wallet payload. `offset` counts characters of text or bytes from their start. */
export class PayloadError extends Error {
  override readonly name = 'PayloadError';
  readonly offset: number;
  constructor(message: string, offset = 0) {
    super(`${message} (at ${offset})`);
    this.offset = offset;
  }
}

/**
 * * What a reader of plain bytes makes of a part of a payload, its `BytesError` turned into a `PayloadError`.
 * @example readPart(() => fromHex('9f26')) // 9F26
 */
export function readPart<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof BytesError) throw new PayloadError(error.message, error.offset);
    throw error;
  }
}
