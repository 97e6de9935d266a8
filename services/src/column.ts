/** Reading a row's columns as typed values. A column of another type is a bug of the statement, not input. */
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

/** A text[] column. */
export function texts(row: SqlRow, column: string): readonly string[] {
  const value = row[column];
  assert(Array.isArray(value), `${column} is a list`);
  assert(
    value.every((each) => typeof each === 'string'),
    `${column} is texts`,
  );
  return value;
}

/** A bigint column whose numbers know no bound: amounts, versions. */
export function big(row: SqlRow, column: string): bigint {
  const value = row[column];
  assert(typeof value === 'bigint', `${column} is a bigint`);
  return value;
}

/** A bigint column that may be null. */
export function bigOrNone(row: SqlRow, column: string): bigint | undefined {
  return row[column] === null ? undefined : big(row, column);
}

/** An integer or bigint column of whole numbers below 2^53: instants, counts. */
export function whole(row: SqlRow, column: string): number {
  const value = row[column];
  assert(typeof value === 'bigint' || typeof value === 'number', `${column} is a number`);
  const number = Number(value);
  assert(Number.isSafeInteger(number), `${column} is a whole number below 2^53`);
  return number;
}

/** A column of whole numbers that may be null. */
export function wholeOrNone(row: SqlRow, column: string): number | undefined {
  return row[column] === null ? undefined : whole(row, column);
}

/** A bytea column; a copy, whatever kind of byte array the driver gives. */
export function bytes(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  assert(value instanceof Uint8Array, `${column} is bytes`);
  return new Uint8Array(value);
}

/** A bytea column that may be null. */
export function bytesOrNone(row: SqlRow, column: string): Uint8Array | undefined {
  return row[column] === null ? undefined : bytes(row, column);
}

/** A boolean column. */
export function flag(row: SqlRow, column: string): boolean {
  const value = row[column];
  assert(typeof value === 'boolean', `${column} is a boolean`);
  return value;
}

/** A jsonb column; undefined when it is null. What stands there we wrote ourselves. */
export function json(row: SqlRow, column: string): unknown {
  return row[column] ?? undefined;
}
