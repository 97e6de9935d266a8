/**
 * Key serial numbers: which initial key a terminal was given, and how many transactions it has made. The counter is
 * not any number: a terminal skips those with too many one bits, so that a key is never far from the initial one.
 * @see docs/specs.md, DUKPT vectors
 */

/** A key serial number that no terminal sends. `offset` is the byte at fault. */
export class KsnError extends Error {
  override readonly name = 'KsnError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at ${offset})`);
    this.offset = offset;
  }
}

/** A key serial number taken apart. */
export type Ksn = {
  /** Eight bytes that name the initial key: the first of the triple DES number, or the AES initial key id. */
  readonly initialKeyId: Uint8Array;
  /** The transaction counter; 0 stands for the initial key itself. */
  readonly counter: number;
};

/** The last 21 bits of a triple DES number count. */
const TDES_COUNTER_MASK = 0x1fffff;
const TDES_MOST_ONES = 10;
const AES_MOST_ONES = 16;

/**
 * Read the ten bytes of a triple DES key serial number. The counter's bits are cleared in `initialKeyId`.
 * Throws `KsnError` on another length or on a counter with more than ten one bits.
 * @example readTdesKsn(fromHex('FFFF9876543210E00008')).counter // 8
 * @see docs/specs.md, DUKPT vectors
 */
export function readTdesKsn(ksn: Uint8Array): Ksn {
  if (ksn.length !== 10) throw new KsnError('a triple DES serial number has ten bytes', ksn.length);
  const counter = uint32(ksn, 6) & TDES_COUNTER_MASK;
  checkOnes(counter, TDES_MOST_ONES, 7);
  const initialKeyId = ksn.slice(0, 8);
  initialKeyId[7] = (initialKeyId[7] as number) & 0xe0;
  return { initialKeyId, counter };
}

/**
 * Read the twelve bytes of an AES key serial number: the initial key id and the counter of 32 bits.
 * Throws `KsnError` on another length or on a counter with more than sixteen one bits.
 * @example readAesKsn(fromHex('123456789012345600000002')).counter // 2
 * @see docs/specs.md, DUKPT vectors
 */
export function readAesKsn(ksn: Uint8Array): Ksn {
  if (ksn.length !== 12) throw new KsnError('an AES serial number has twelve bytes', ksn.length);
  const counter = uint32(ksn, 8);
  checkOnes(counter, AES_MOST_ONES, 8);
  return { initialKeyId: ksn.slice(0, 8), counter };
}

/**
 * The counters on the way from the initial key to this one: the one bits taken in one by one, highest first. Each
 * step derives the next key; the last of them is the counter itself.
 * @example counterSteps(0b10110) // [0b10000, 0b10100, 0b10110]
 * @see docs/specs.md, DUKPT vectors
 */
export function counterSteps(counter: number): readonly number[] {
  const steps: number[] = [];
  let taken = 0;
  for (let bit = 31; bit >= 0; bit--) {
    const one = 2 ** bit;
    if (Math.floor(counter / one) % 2 === 0) continue;
    taken += one;
    steps.push(taken);
  }
  return steps;
}

function checkOnes(counter: number, most: number, offset: number): void {
  if (counterSteps(counter).length > most) {
    throw new KsnError(`a counter has at most ${most} one bits`, offset);
  }
}

function uint32(bytes: Uint8Array, at: number): number {
  return bytes.subarray(at, at + 4).reduce((value, byte) => value * 256 + byte, 0);
}
