/**
 * Messages on a stream of bytes: a length before each, two binary bytes on the POS side, four digits on the switch side.
 * Plain 1987 ASCII leaves the length to whoever speaks it; here it is framed as on the switch side. The length counts the message alone, not itself.
 * @see docs/specs.md, ISO 8583 sheet, section 1
 */
import { concat, fromAscii, fromUint } from '../bytes/bytes.ts';
import { type DialectName, Iso8583Error } from './message.ts';

/** The longest message that is sent or taken, in bytes; more is a lie or an attack. Profile octavo-1. */
export const MAX_FRAME_LENGTH = 2048;

/** Put the length before an encoded message. Throws `Iso8583Error` when it is empty or too long. */
export function frame(dialect: DialectName, message: Uint8Array): Uint8Array {
  checkLength(message.length, 0);
  const length =
    dialect === 'pos'
      ? fromUint(message.length, 2)
      : fromAscii(String(message.length).padStart(4, '0'));
  return concat(length, message);
}

/**
 * Cuts a stream into messages, whatever the sizes of its chunks. Every byte is copied once.
 * After it has thrown it stays broken: a stream that lied about a length cannot be trusted to find the next one.
 */
export class Deframer {
  readonly #dialect: DialectName;
  readonly #prefix: Uint8Array;
  /** How many bytes of the prefix have come. */
  #prefixFilled = 0;
  #message: Uint8Array | undefined;
  #messageFilled = 0;
  /** How many bytes of the stream have been taken. */
  #offset = 0;
  #broken: unknown;

  constructor(dialect: DialectName) {
    this.#dialect = dialect;
    this.#prefix = new Uint8Array(dialect === 'pos' ? 2 : 4);
  }

  /**
   * Take a chunk and yield the messages that are now whole, without their lengths, in order; a lie about a length
   * throws `Iso8583Error` after the messages before it. Iterate it to its end: the work is done as it is asked for.
   */
  *push(chunk: Uint8Array): Generator<Uint8Array, void> {
    if (this.#broken !== undefined) throw this.#broken;
    let at = 0;
    while (at < chunk.length) {
      const taken =
        this.#message === undefined ? this.#fillPrefix(chunk, at) : this.#fill(chunk, at);
      at += taken;
      this.#offset += taken;
      const message = this.#message;
      if (message !== undefined && this.#messageFilled === message.length) {
        this.#message = undefined;
        yield message;
      }
    }
  }

  /** Say that the stream is over. Throws `Iso8583Error` when it ended inside a frame. */
  end(): void {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#prefixFilled > 0 || this.#message !== undefined) {
      throw new Iso8583Error('the stream ended inside a frame', {
        offset: this.#offset,
        path: 'frame',
      });
    }
  }

  #fillPrefix(chunk: Uint8Array, at: number): number {
    const part = chunk.subarray(at, at + this.#prefix.length - this.#prefixFilled);
    this.#prefix.set(part, this.#prefixFilled);
    this.#prefixFilled += part.length;
    if (this.#prefixFilled < this.#prefix.length) return part.length;
    try {
      const start = this.#offset + part.length - this.#prefix.length;
      this.#message = new Uint8Array(readLength(this.#dialect, this.#prefix, start));
    } catch (error) {
      this.#broken = error;
      throw error;
    }
    this.#prefixFilled = 0;
    this.#messageFilled = 0;
    return part.length;
  }

  #fill(chunk: Uint8Array, at: number): number {
    const message = this.#message as Uint8Array;
    const part = chunk.subarray(at, at + message.length - this.#messageFilled);
    message.set(part, this.#messageFilled);
    this.#messageFilled += part.length;
    return part.length;
  }
}

function readLength(dialect: DialectName, prefix: Uint8Array, start: number): number {
  let length = 0;
  for (const [index, byte] of prefix.entries()) {
    const digit = dialect === 'pos' ? byte : byte - 0x30;
    if (dialect !== 'pos' && (digit < 0 || digit > 9)) {
      throw new Iso8583Error('not a digit', { offset: start + index, path: 'frame.length' });
    }
    length = length * (dialect === 'pos' ? 256 : 10) + digit;
  }
  checkLength(length, start);
  return length;
}

function checkLength(length: number, offset: number): void {
  if (length === 0 || length > MAX_FRAME_LENGTH) {
    throw new Iso8583Error(`a length of ${length}, allowed are 1 to ${MAX_FRAME_LENGTH}`, {
      offset,
      path: 'frame.length',
    });
  }
}
