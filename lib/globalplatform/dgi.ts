/**
 * Data groups: how personalisation data are cut into named pieces for STORE DATA.
 * @see docs/specs.md, provisioning sheet, section 5
 */
import { assert } from '../bytes/assert.ts';
import { concat, fromHex, fromUint, toHex, toUint } from '../bytes/bytes.ts';

/** Foreign bytes that are not data groups. `offset` counts bytes from their start. */
export class DgiError extends Error {
  override readonly name = 'DgiError';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** One data group: its identifier as four hexadecimal digits, such as `9103`, and its content. */
export type Dgi = { readonly id: string; readonly data: Uint8Array };

/** In the first length byte: the length stands in the next two bytes. */
const LONG_LENGTH = 0xff;

/**
 * Write a data group: identifier, length in one byte or in FF and two, content.
 * @example toHex(encodeDgi({ id: '9000', data: fromHex('7FAF52') })) // '9000037FAF52'
 */
export function encodeDgi(dgi: Dgi): Uint8Array {
  assert(/^[0-9A-F]{4}$/.test(dgi.id), 'an identifier is four upper-case digits');
  const { length } = dgi.data;
  const lengthBytes =
    length < LONG_LENGTH
      ? Uint8Array.of(length)
      : concat(Uint8Array.of(LONG_LENGTH), fromUint(length, 2));
  return concat(fromHex(dgi.id), lengthBytes, dgi.data);
}

/** Read data groups one after another. Throws `DgiError` on one cut short, or a length not in its shortest form. */
export function decodeDgis(bytes: Uint8Array): readonly Dgi[] {
  const dgis: Dgi[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const { dgi, end } = readDgi(bytes, offset);
    dgis.push(dgi);
    offset = end;
  }
  return dgis;
}

function readDgi(bytes: Uint8Array, start: number): { dgi: Dgi; end: number } {
  const { length, dataStart } = readLength(bytes, start + 2);
  const end = dataStart + length;
  if (end > bytes.length) throw new DgiError('the length runs past the end', start + 2);
  const id = toHex(bytes.subarray(start, start + 2));
  return { dgi: { id, data: bytes.subarray(dataStart, end) }, end };
}

function readLength(bytes: Uint8Array, at: number): { length: number; dataStart: number } {
  const first = bytes[at];
  if (first === undefined) throw new DgiError('a data group is cut short', bytes.length);
  if (first !== LONG_LENGTH) return { length: first, dataStart: at + 1 };
  if (at + 3 > bytes.length) throw new DgiError('a length is cut short', at);
  const length = toUint(bytes.subarray(at + 1, at + 3));
  if (length < LONG_LENGTH) throw new DgiError('the length is not in its shortest form', at);
  return { length, dataStart: at + 3 };
}
