/**
 * The answer to reset: what a card says of itself before the first command. Which way its bytes are written, which
 * transmission protocols it speaks and with what settings, up to fifteen historical bytes, and a check byte.
 * @see docs/specs.md, ISO 7816-3
 */
import { BytesError, Reader } from '../bytes/bytes.ts';

/** Foreign bytes that are not an answer to reset. `offset` counts bytes from the start. */
export class AtrError extends Error {
  override readonly name = 'AtrError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** One interface byte: its name, such as `TA1` or `TD2`, and its value. */
export type InterfaceByte = { readonly name: string; readonly value: number };

/** What an answer to reset says. */
export type Atr = {
  /** Whether a high voltage is a one, as most cards have it, or a zero. */
  readonly convention: 'direct' | 'inverse';
  /** Protocols T in the order in which they are offered; 15 stands for settings that are of no protocol. */
  readonly protocols: readonly number[];
  readonly interfaceBytes: readonly InterfaceByte[];
  readonly historicalBytes: Uint8Array;
  /** Whether the check byte holds; `absent` where T=0 alone is offered, which has none. */
  readonly checksum: 'right' | 'wrong' | 'absent';
};

/** TS and at most 32 characters after it. */
const MAX_BYTES = 33;
const DIRECT = 0x3b;
const INVERSE = 0x3f;
const NO_PROTOCOL = 15;
const KINDS = ['TA', 'TB', 'TC', 'TD'] as const;

/**
 * Read an answer to reset, as a reader gives it (the inverse convention turned round, so that it begins with 3F).
 * Throws `AtrError` on another first byte, on bytes missing or left over, and on protocols out of order. A wrong check
 * byte is told, not refused, so that the rest can be read all the same.
 * @example decodeAtr(fromHex('3B6500009C02020702')).historicalBytes // 9C02020702
 * @see docs/specs.md, ISO 7816-3
 */
export function decodeAtr(bytes: Uint8Array): Atr {
  if (bytes.length > MAX_BYTES) throw new AtrError('longer than 33 bytes', MAX_BYTES);
  const reader = new Reader(bytes);
  try {
    const convention = conventionOf(reader.byte());
    const format = reader.byte();
    const { interfaceBytes, offered } = readInterfaceBytes(reader, format >> 4);
    const protocols = offered.length === 0 ? [0] : [...new Set(offered)];
    const historicalBytes = reader.take(format & 0x0f);
    const checksum = protocols.every((protocol) => protocol === 0)
      ? 'absent'
      : checked(bytes.subarray(1, reader.offset), reader.byte());
    reader.end();
    return { convention, protocols, interfaceBytes, historicalBytes, checksum };
  } catch (error) {
    if (error instanceof BytesError) throw new AtrError(error.message, error.offset);
    throw error;
  }
}

function conventionOf(first: number): Atr['convention'] {
  if (first === DIRECT) return 'direct';
  if (first === INVERSE) return 'inverse';
  throw new AtrError('neither 3B nor 3F', 0);
}

/** Each round of up to four bytes is announced by four bits: first those of T0, then those of each TD. */
function readInterfaceBytes(
  reader: Reader,
  first: number,
): { readonly interfaceBytes: readonly InterfaceByte[]; readonly offered: readonly number[] } {
  const interfaceBytes: InterfaceByte[] = [];
  const offered: number[] = [];
  let announced = first;
  for (let round = 1; announced !== 0; round++) {
    const present = announced;
    announced = 0;
    for (const [bit, kind] of KINDS.entries()) {
      if ((present & (1 << bit)) === 0) continue;
      const value = reader.byte();
      interfaceBytes.push({ name: `${kind}${round}`, value });
      if (kind !== 'TD') continue;
      offered.push(protocolOf(value, offered.at(-1), reader.offset - 1));
      announced = value >> 4;
    }
  }
  return { interfaceBytes, offered };
}

/** Protocols are offered in rising order, and 15, which is none, cannot be the first. */
function protocolOf(value: number, before: number | undefined, offset: number): number {
  const protocol = value & 0x0f;
  if (before === undefined && protocol === NO_PROTOCOL)
    throw new AtrError('no protocol is offered first', offset);
  if (before !== undefined && protocol < before)
    throw new AtrError('protocols are not in rising order', offset);
  return protocol;
}

/** The exclusive or of every byte after the first, the check byte among them, is zero. */
function checked(covered: Uint8Array, checkByte: number): 'right' | 'wrong' {
  return covered.reduce((sum, byte) => sum ^ byte, checkByte) === 0 ? 'right' : 'wrong';
}
