/** Reads the columns of the terminal's rows. A column of another type is a bug of ours, not input. */
import type { SqlRow } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** A text column. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  assert(typeof value === 'string', `${column} is text`);
  return value;
}

/** A text column that may be null. */
export function textOrNone(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

/** A bigint column. */
export function whole(row: SqlRow, column: string): bigint {
  const value = row[column];
  assert(typeof value === 'bigint', `${column} is a bigint`);
  return value;
}

/** A bytea column. */
export function bytes(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  assert(value instanceof Uint8Array, `${column} is bytes`);
  return value;
}

/** A bytea column that may be null. */
export function bytesOrNone(row: SqlRow, column: string): Uint8Array | undefined {
  return row[column] === null ? undefined : bytes(row, column);
}
