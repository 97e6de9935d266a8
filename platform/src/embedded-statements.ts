/**
 * Statements on the embedded engine. A statement's text is read once and kept prepared; each run of it is one message
 * to the engine and one answer, where the engine's own `query` needs six of each. The engine has answered when the
 * call returns, so nobody waits in line, and its folder needs no writing out: it writes there itself.
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
export function statementsOn(database: Pick<PGlite, 'execProtocolRawStream'>): RunText {
  const kept = new Map<string, Kept>();
  let statements = 0;

  const tell = (...parts: Uint8Array[]): Heard & { readonly told: Promise<void> } => {
    const heard: Buffer[] = [];
    const told = database.execProtocolRawStream(Buffer.concat(parts), {
      syncToFs: false,
      // The bytes are the engine's own memory, which it uses again.
      onRawData: (bytes) => heard.push(Buffer.from(bytes)),
    });
    return { ...hear(Buffer.concat(heard)), told };
  };

  const run: RunText = async (text, values) => {
    // Whoever waits below lets others pass: the number is one's own.
    const number = ++statements;
    if (kept.size >= TEXTS_KEPT || number % STATEMENTS_PER_PLANNING === 0) {
      kept.clear();
      await tell(serialize.query('deallocate all')).told;
    }
    const known = kept.get(text);
    const statement = known?.statement ?? `kept_${number}`;
    const heard = tell(
      ...(known === undefined ? [serialize.parse({ name: statement, text })] : []),
      serialize.bind({ statement, values: [...values] }),
      ...(known?.columns === undefined ? [DESCRIBE] : []),
      RUN,
    );
    const { isRead, error, rows, told } = heard;
    const columns = known?.columns ?? heard.columns;
    // It was read, even where running it failed afterwards; what it gives may not have been said then.
    if (isRead || known !== undefined) {
      kept.set(text, { statement, columns: error === undefined ? columns : known?.columns });
    }
    await told;
    if (known !== undefined && error?.code === OUTDATED) {
      kept.delete(text);
      return run(text, values);
    }
    if (error !== undefined) throw error;
    return { columns, rows };
  };
  return run;
}

const { serialize } = protocol;
const { DatabaseError } = protocol.messages;

const DESCRIBE = serialize.describe({ type: 'P' });
const RUN = Buffer.concat([serialize.execute(), serialize.sync()]);

/** A text that was read: its name, and what it gives as far as that was said. While it stands, it gives nothing else. */
type Kept = {
  readonly statement: string;
  readonly columns: Awaited<ReturnType<RunText>>['columns'] | undefined;
};

/** A table was changed, and the text now gives other columns than when it was read. Nothing of it happened. */
const OUTDATED = '0A000';

/** What the engine answered to one message. */
type Heard = Awaited<ReturnType<RunText>> & {
  readonly isRead: boolean;
  readonly error: InstanceType<typeof DatabaseError> | undefined;
};

/** The messages that matter, by the letter that each begins with; a length of four bytes follows it. */
const PARSE_COMPLETE = 0x31;
const DATA_ROW = 0x44;
const ERROR_RESPONSE = 0x45;
const ROW_DESCRIPTION = 0x54;

function hear(answer: Buffer): Heard {
  let isRead = false;
  let error: Heard['error'];
  let columns: Heard['columns'] = [];
  const rows: (string | null)[][] = [];
  for (let at = 0; at < answer.length; at += 1 + answer.readInt32BE(at + 1)) {
    const content = at + 5;
    switch (answer[at]) {
      case PARSE_COMPLETE:
        isRead = true;
        break;
      case ROW_DESCRIPTION:
        columns = columnsAt(answer, content);
        break;
      case DATA_ROW:
        rows.push(rowAt(answer, content));
        break;
      case ERROR_RESPONSE:
        error ??= errorAt(answer, at);
    }
  }
  return { isRead, error, columns, rows };
}

/** Each column: its name and a zero, its table and place, its type, and ten bytes more. */
function columnsAt(answer: Buffer, begin: number): Heard['columns'] {
  let at = begin + 2;
  return Array.from({ length: answer.readInt16BE(begin) }, () => {
    const end = answer.indexOf(0, at);
    const column = { name: answer.toString('utf8', at, end), type: answer.readInt32BE(end + 7) };
    at = end + 19;
    return column;
  });
}

/** Each value: its length, or -1 for none, and its text. */
function rowAt(answer: Buffer, begin: number): (string | null)[] {
  const row: (string | null)[] = [];
  let at = begin + 2;
  for (let left = answer.readInt16BE(begin); left > 0; left--) {
    const length = answer.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : answer.toString('utf8', at, at + length));
    at += Math.max(length, 0);
  }
  return row;
}

function errorAt(answer: Buffer, at: number): Heard['error'] {
  let error: Heard['error'];
  new protocol.Parser().parse(answer.subarray(at), (message) => {
    if (message instanceof DatabaseError) error ??= message;
  });
  return error;
}
