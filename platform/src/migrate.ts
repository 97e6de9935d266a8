/**
 * Forward-only migrations: each is applied once, in order, and recorded with its hash; the past cannot be rewritten.
 * One schema per service, and a table of our own that remembers.
 */
import { createHash } from 'node:crypto';
import type { Sql } from '@octavo/domain/ports.ts';
import { assert } from '@octavo/lib/bytes/assert.ts';

/** One step of one service's schema. Its tables are named with the schema, which bears the service's name. */
export type Migration = { readonly service: string; readonly name: string; readonly sql: string };

/** One transaction on one connection. `script` runs several statements without parameters. */
export type Session = { readonly sql: Sql; script(text: string): Promise<void> };

/** The database's past is not the one that this code knows. Nothing was changed. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
}

/** Any number, the same in every process: only one migrates at a time. */
const MIGRATION_LOCK = 7_815_696n;

/**
 * Apply what is missing, within the transaction given. Throws `MigrationRefused` when a recorded migration was changed,
 * removed, or would be preceded by a new one. Services that are not in the list are left alone.
 */
export async function migrate(session: Session, migrations: readonly Migration[]): Promise<void> {
  await session.sql('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await session.script(`
    create schema if not exists octavo;
    create table if not exists octavo.migration (
      service text not null, name text not null, position int not null, hash text not null,
      primary key (service, name)
    );`);
  for (const service of servicesOf(migrations)) {
    const wanted = migrations.filter((migration) => migration.service === service);
    const recorded = await session.sql(
      'select name, hash from octavo.migration where service = $1 order by position',
      [service],
    );
    checkPast(service, wanted, recorded as readonly Recorded[]);
    if (recorded.length === 0) await session.script(`create schema if not exists ${service}`);
    for (const [position, migration] of wanted.entries()) {
      if (position < recorded.length) continue;
      await session.script(migration.sql);
      await session.sql(
        'insert into octavo.migration (service, name, position, hash) values ($1, $2, $3, $4)',
        [service, migration.name, position, hashOf(migration)],
      );
    }
  }
}

/** The services of a list, each once, in order. A name that is not a plain word is a bug. */
export function servicesOf(migrations: readonly Migration[]): readonly string[] {
  const services = [...new Set(migrations.map((migration) => migration.service))];
  for (const service of services) {
    assert(/^[a-z][a-z0-9_]*$/.test(service), `not a schema's name: ${service}`);
  }
  return services;
}

/** SHA-256 of the statements in hexadecimal; line ends do not count, since a checkout may change them. */
export function hashOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n')).digest('hex');
}

type Recorded = { readonly name: string; readonly hash: string };

function checkPast(
  service: string,
  wanted: readonly Migration[],
  recorded: readonly Recorded[],
): void {
  for (const [index, past] of recorded.entries()) {
    const migration = wanted[index];
    if (migration === undefined || migration.name !== past.name) {
      throw new MigrationRefused(
        `${service}: the database has ${past.name} where this version has ${migration?.name ?? 'nothing'}`,
      );
    }
    if (hashOf(migration) !== past.hash) {
      throw new MigrationRefused(`${service}: ${past.name} was changed after it was applied`);
    }
  }
}
