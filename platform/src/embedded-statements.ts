/**
 * Statements on the embedded engine. A statement's text is read once and kept prepared; each run of it is one message
 * to the engine and one answer, where the engine's own `query` needs six of each.
 */
import { type PGlite, protocol } from '@electric-sql/pglite';
import type { RunText } from './engine.ts';

/** So many texts are kept. Nothing of ours comes near it; it bounds the memory of whoever builds texts. */
const TEXTS_KEPT = 500;

/** Tables grow: a plan that was made for a small one is made anew after so many statements. */
const STATEMENTS_PER_PLANNING = 10_000;

/**
 * Run statements one after the other on a database that runs no transaction of its own meanwhile. Rejects with the
 * engine's own report of an error.
 */
export function statementsOn(
  database: Pick<PGlite, 'runExclusive' | 'execProtocolStream'>,
): RunText {
  const names = new Map<string, string>();
  let statements = 0;

  const tell = async (...parts: Uint8Array[]): Promise<readonly Message[]> =>
    database.execProtocolStream(Buffer.concat(parts), { throwOnError: false });

  const run: RunText = async (text, values) => {
    statements++;
    if (names.size >= TEXTS_KEPT || statements % STATEMENTS_PER_PLANNING === 0) {
      names.clear();
      await tell(serialize.query('deallocate all'));
    }
    const known = names.get(text);
    const statement = known ?? `kept_${statements}`;
    const heard = await tell(
      ...(known === undefined ? [serialize.parse({ name: statement, text })] : []),
      serialize.bind({ statement, values: [...values] }),
      serialize.describe({ type: 'P' }),
      serialize.execute(),
      serialize.sync(),
    );
    // It was read, even where running it failed afterwards.
    if (heard.some(({ name }) => name === 'parseComplete')) names.set(text, statement);
    if (known !== undefined && heard.some(isOutdated)) {
      names.delete(text);
      return run(text, values);
    }
    return rowsOf(heard);
  };
  return (text, values) => database.runExclusive(() => run(text, values));
}

const { serialize } = protocol;
const { DatabaseError, DataRowMessage, RowDescriptionMessage } = protocol.messages;

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number];

/** A table was changed, and the text now gives other columns than when it was read. Nothing of it happened. */
function isOutdated(message: Message): boolean {
  return message instanceof DatabaseError && message.code === '0A000';
}

function rowsOf(heard: readonly Message[]): Awaited<ReturnType<RunText>> {
  const columns: { name: string; type: number }[] = [];
  const rows: (string | null)[][] = [];
  for (const message of heard) {
    if (message instanceof DatabaseError) throw message;
    if (message instanceof DataRowMessage) rows.push(message.fields);
    if (message instanceof RowDescriptionMessage) {
      for (const { name, dataTypeID: type } of message.fields) columns.push({ name, type });
    }
  }
  return { columns, rows };
}
