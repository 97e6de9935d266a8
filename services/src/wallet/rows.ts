/** Reads the columns of the wallet's rows. A column of another type is a bug of ours, not input. */
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

/** A column of whole numbers that stay below 2^53: instants, versions, counts. */
export function whole(row: SqlRow, column: string): number {
  const value = row[column];
  assert(typeof value === 'bigint' || typeof value === 'number', `${column} is a number`);
  const number = Number(value);
  assert(Number.isSafeInteger(number), `${column} is a whole number below 2^53`);
  return number;
}

/** A column of whole numbers that may be null. */
export function wholeOrNull(row: SqlRow, column: string): number | null {
  return row[column] === null ? null : whole(row, column);
}

/** A yes or no column. */
export function flag(row: SqlRow, column: string): boolean {
  const value = row[column];
  assert(typeof value === 'boolean', `${column} is a boolean`);
  return value;
}
