/** The server engine: a PostgreSQL of its own, version 15 or later, reached by a connection URL. */
import pg from 'pg';
import { type Engine, type RunText, rethrowNamed, sqlOver } from './engine.ts';

/** The server cannot be used: too old. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused';
}

const OLDEST_VERSION = 150_000;

/** Connect. Rejects with `StorageUnavailable` when nobody answers and `ServerRefused` when the server is too old. */
export async function openServer(url: string): Promise<Engine> {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'octavo',
    max: 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the pool; the next statement tells whether the server is there.
  pool.on('error', () => {});
  const engine = engineOf(pool);
  try {
    const [row] = await sqlOver(engine.run)(
      "select current_setting('server_version_num') as version",
    );
    const version = Number(row?.version);
    if (version >= OLDEST_VERSION) return engine;
    throw new ServerRefused(`PostgreSQL 15 or later is needed, the server is ${version}`);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

function engineOf(pool: pg.Pool): Engine {
  return {
    kind: 'server',
    run: runOn(pool),
    session: async (work) => {
      const client = await pool.connect().catch(rethrowNamed);
      let failed = true;
      try {
        await client.query('begin').catch(rethrowNamed);
        await work({
          sql: sqlOver(runOn(client)),
          script: async (text) => {
            await client.query(text).catch(rethrowNamed);
          },
        });
        await client.query('commit').catch(rethrowNamed);
        failed = false;
      } finally {
        // A connection that failed is dropped, and the server rolls back what it left open.
        client.release(failed);
      }
    },
    close: () => pool.end(),
  };
}

function runOn(target: pg.Pool | pg.PoolClient): RunText {
  return async (text, values) => {
    const result = await target.query<(string | null)[]>({
      text,
      values: [...values],
      rowMode: 'array',
      // Without values the driver would take several statements at once, which the embedded engine does not.
      queryMode: 'extended',
      types: { getTypeParser: () => asIs },
    } as pg.QueryArrayConfig & { queryMode: 'extended' });
    return {
      columns: result.fields.map((field) => ({ name: field.name, type: field.dataTypeID })),
      rows: result.rows,
    };
  };
}

function asIs(text: string): string {
  return text;
}
