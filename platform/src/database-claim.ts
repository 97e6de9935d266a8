/**
 * Whose database this is: it belongs to one keyring for ever, since nothing sealed under another opens, and on a
 * server to one process at a time, since a second one would take what is under way for abandoned and reverse it.
 */
import { createHash } from 'node:crypto';
import { type Sql, StorageUnavailable } from '@octavo/domain/ports.ts';
import { toHex } from '@octavo/lib/bytes/bytes.ts';
import pg from 'pg';
import { type Keyring, publicDirectory, type SigningParty } from './keyring.ts';

/** The database is somebody else's: of another keyring, or in use by another process. */
export class DatabaseTaken extends Error {
  override readonly name = 'DatabaseTaken';
}

/** A name for a keyring that tells nothing of its keys: a digest of the public ones, hexadecimal. */
export function keyringName(keyring: Keyring): string {
  const hash = createHash('sha256');
  const directory = publicDirectory(keyring);
  for (const party of NAMING_PARTIES) hash.update(party).update(directory[party]);
  return toHex(hash.digest().subarray(0, 16));
}

/** The parties of the first keyrings, in order: those that came later name nothing, or no older database would be known. */
const NAMING_PARTIES: readonly SigningParty[] = [
  'acquirer',
  'issuer',
  'maker',
  'network',
  'tokens',
  'wallet',
];

/** Bind a new database to a keyring; throws `DatabaseTaken` when it is bound to another one. */
export async function bindKeyring(sql: Sql, keyring: Keyring): Promise<void> {
  const name = keyringName(keyring);
  await sql(
    `create table if not exists octavo.world (one int primary key check (one = 1), keyring text not null)`,
  );
  await sql(`insert into octavo.world (one, keyring) values (1, $1) on conflict do nothing`, [
    name,
  ]);
  const [row] = await sql(`select keyring from octavo.world where one = 1`);
  if (row?.keyring !== name) {
    throw new DatabaseTaken(
      'the database was made with another keyring; start from the folder (OCTAVO_HOME) that holds it',
    );
  }
}

/** Any number, the same in every process. */
const WORLD_LOCK = 7_815_697n;

/** A server held for one process. */
export type ServerHold = { release(): Promise<void> };

/**
 * Hold a server for this process alone, by a lock of a session of its own; throws `DatabaseTaken` when another
 * process holds it. `onLost` is called when that session ends by itself: somebody else may begin from then on.
 */
export async function holdServer(url: string, onLost: () => void): Promise<ServerHold> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'octavo',
    keepAlive: true,
  });
  let isReleased = false;
  const lost = () => {
    if (!isReleased) onLost();
  };
  client.on('error', lost);
  client.on('end', lost);
  try {
    await client.connect();
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock($1) as held',
      [WORLD_LOCK.toString()],
    );
    if (rows[0]?.held !== true)
      throw new DatabaseTaken('another process runs a world on this database');
  } catch (error) {
    isReleased = true;
    await client.end();
    if (error instanceof DatabaseTaken) throw error;
    throw new StorageUnavailable('the database server does not answer');
  }
  return {
    release: async () => {
      isReleased = true;
      await client.end();
    },
  };
}
