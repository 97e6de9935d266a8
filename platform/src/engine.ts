/** What the two database engines have in common: text in, text out, sessions, and how their failures are named. */
import { type Sql, type SqlValue, StorageUnavailable } from '@octavo/domain/ports.ts';
import { readRows, type TextRows, writeValue } from './columns.ts';
import type { Session } from './migrate.ts';

/** A running engine. Everything above it is the same for both. */
export type Engine = {
  readonly kind: 'embedded' | 'server';
  readonly run: RunText;
  /** One transaction; rolled back when `work` rejects. */
  session(work: (session: Session) => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

/** Run one statement on text values. Rejects with the driver's own error. */
export type RunText = (text: string, values: readonly (string | null)[]) => Promise<TextRows>;

/**
 * The database refused the statement, and nothing of it happened. The message names tables, columns and constraints
 * but holds no value.
 */
export class StatementFailed extends Error {
  override readonly name = 'StatementFailed';
  /** Five characters, such as 23505 for a value that must be unique and is there already. */
  readonly sqlState: string;
  readonly constraint: string | undefined;
  constructor(message: string, sqlState: string, constraint?: string) {
    super(`${message} (${sqlState})`);
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

/** The `Sql` port over an engine's text. */
export function sqlOver(run: RunText): Sql {
  return async (text, values: readonly SqlValue[] = []) => {
    const written = values.map(writeValue);
    return readRows(await run(text, written).catch(rethrowNamed));
  };
}

/**
 * States after which it is not known, or not sure for long, that the statement ran: connection (08), resources (53),
 * intervention and cancelled (57), system (58), a standby that only reads, and two that fell to another statement.
 */
const unavailable = /^(08|53|57|58|25006$|40001$|40P01$)/;

/** Throw a driver's error again as one of ours, without the statement's values, which drivers attach. */
export function rethrowNamed(error: unknown): never {
  if (!isReport(error)) {
    // Drivers report a broken or closed connection as a plain error; a TypeError is a bug of ours.
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    throw new StorageUnavailable(firstMessage(error));
  }
  if (unavailable.test(error.code))
    throw new StorageUnavailable(`${error.message} (${error.code})`);
  // Messages of class 22 quote the value that does not fit.
  const message = error.code.startsWith('22') ? 'a value does not fit its type' : error.message;
  throw new StatementFailed(message, error.code, error.constraint);
}

/** What PostgreSQL itself reports, as both drivers give it; Node's errors have a code too, but no severity. */
type Report = Error & { readonly code: string; readonly constraint?: string };

function isReport(error: unknown): error is Report {
  return (
    error instanceof Error && 'severity' in error && 'code' in error && error.code !== undefined
  );
}

function firstMessage(error: Error): string {
  // A name with several addresses fails with one error for each and no message of its own.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) {
    return error.errors[0].message;
  }
  return error.message;
}
