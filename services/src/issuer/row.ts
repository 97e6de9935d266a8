/** Columns of a row as typed values. A column of another type is a bug of the statement. */
import type { SqlRow } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** A text column. */
export function text(row: SqlRow, column: string): string {
  const value = row[column];
  assert(typeof value === 'string', `${column} is text`);
  return value;
}

/** A bigint column. */
export function integer(row: SqlRow, column: string): bigint {
  const value = row[column];
  assert(typeof value === 'bigint', `${column} is a bigint`);
  return value;
}

/** A bigint column that holds an instant or a small count. */
export function number(row: SqlRow, column: string): number {
  const value = Number(integer(row, column));
  assert(Number.isSafeInteger(value), `${column} fits a number`);
  return value;
}

/** A bytea column. */
export function bytes(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  assert(value instanceof Uint8Array, `${column} is bytes`);
  return value;
}

/** A boolean column. */
export function truth(row: SqlRow, column: string): boolean {
  const value = row[column];
  assert(typeof value === 'boolean', `${column} is a boolean`);
  return value;
}
