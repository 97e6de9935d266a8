/** Bytes as dumps show them (`xxd`, `hexdump -C`, captures): an offset, the bytes, their characters beside them. */
import { fromHex } from '../bytes/bytes.ts';

/** Offset, then bytes in groups; characters after two spaces or a bar. */
const LINE =
  /^\s*(?:0x)?([0-9A-Fa-f]{4,8})[:-]?\s+((?:[0-9A-Fa-f]{2}){1,4}(?: {1,2}(?:[0-9A-Fa-f]{2}){1,4})*)(?:\s.*|\|.*)?$/;
const LONGEST_LINE = 200;
/** What stands behind them may look like bytes too. */
const BYTES_A_LINE = 16;

/**
 * The bytes of a dump; undefined unless every line has an offset, and each that of the first byte after the line
 * before. A last line may hold the offset of the end alone.
 * @example dumpBytes('00000000: 9f36 0200 01  .6...') // 9F 36 02 00 01
 */
export function dumpBytes(text: string): Uint8Array | undefined {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  let digits = '';
  for (const [index, line] of lines.entries()) {
    if (line.length > LONGEST_LINE) return undefined;
    const match = LINE.exec(line);
    const isEnd = index > 0 && index === lines.length - 1 && /^[0-9A-Fa-f]{4,8}$/.test(line.trim());
    if (match === null && !isEnd) return undefined;
    const [, offset = line.trim(), bytes = ''] = match ?? [];
    if (Number.parseInt(offset, 16) !== digits.length / 2) return undefined;
    digits += bytes.replaceAll(' ', '').slice(0, BYTES_A_LINE * 2);
  }
  // One line that only begins with zeros is bytes as well.
  const isMarked = lines.length > 1 || /^\s*\S+?(?::\s|\s{2})/.test(text);
  return digits === '' || !isMarked ? undefined : fromHex(digits);
}
