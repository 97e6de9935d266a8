/** The acquirer's terminals, merchants and trace numbers: its SQL and typed rows. Payments: payment-store.ts. */
import type { InstantMs, Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { big, bytes, bytesOrNone, flag, text, wholeOrNone } from '../column.ts';
import type { DoneRequest } from '../request.ts';

/** A shop as messages name it. */
export type Merchant = {
  readonly name: string;
  readonly city: string;
  readonly category: string;
};

/** A terminal with its shop. */
export type Terminal = {
  readonly id: string;
  readonly merchantId: string;
  readonly merchant: Merchant;
  readonly terminalKey: Sealed;
  /** The MAC key of its last sign-in. */
  readonly macKey?: Sealed;
  /** Whether a message has come under it. */
  readonly isProved: boolean;
  /** The MAC key before, and until when it is good. */
  readonly previous?: { readonly macKey: Sealed; readonly untilMs: InstantMs };
  readonly version: bigint;
};

/** A terminal about to be enrolled. */
export type NewTerminal = {
  readonly id: string;
  readonly merchantId: string;
  readonly terminalKey: Sealed;
  readonly atMs: InstantMs;
  readonly requestId: string;
  readonly digest: Uint8Array;
  readonly answer: string;
};

/** The id of a shop, by what it is. */
export async function findMerchantId(sql: Sql, merchant: Merchant): Promise<string | undefined> {
  const [row] = await sql(
    'select id from acquirer.merchant where name = $1 and city = $2 and category = $3',
    [merchant.name, merchant.city, merchant.category],
  );
  return row === undefined ? undefined : text(row, 'id');
}

/** Write a shop; false when its id or the shop itself is there already. */
export async function insertMerchant(sql: Sql, id: string, merchant: Merchant): Promise<boolean> {
  const rows = await sql(
    `insert into acquirer.merchant (id, name, city, category) values ($1, $2, $3, $4)
       on conflict do nothing returning id`,
    [id, merchant.name, merchant.city, merchant.category],
  );
  return rows.length > 0;
}

/** What was answered to this request id. */
export async function findEnrolment(sql: Sql, requestId: string): Promise<DoneRequest | undefined> {
  const [row] = await sql(
    'select request_digest, answer from acquirer.terminal where request_id = $1',
    [requestId],
  );
  return row === undefined
    ? undefined
    : { digest: bytes(row, 'request_digest'), answer: JSON.parse(text(row, 'answer')) };
}

/** Write a terminal; false when its id or its request id is taken. */
export async function insertTerminal(sql: Sql, terminal: NewTerminal): Promise<boolean> {
  const rows = await sql(
    `insert into acquirer.terminal
       (id, merchant_id, terminal_key, enrolled_at_ms, request_id, request_digest, answer, version,
        mac_key_proved)
       values ($1, $2, $3, $4, $5, $6, $7, 0, false)
       on conflict do nothing returning id`,
    [
      terminal.id,
      terminal.merchantId,
      terminal.terminalKey,
      terminal.atMs,
      terminal.requestId,
      terminal.digest,
      terminal.answer,
    ],
  );
  return rows.length > 0;
}

/** A terminal by its id. */
export async function findTerminal(sql: Sql, id: string): Promise<Terminal | undefined> {
  const [row] = await sql(
    `select t.id, t.merchant_id, t.terminal_key, t.mac_key, t.mac_key_proved,
            t.previous_mac_key, t.previous_until_ms, t.version, m.name, m.city, m.category
       from acquirer.terminal t join acquirer.merchant m on m.id = t.merchant_id
      where t.id = $1`,
    [id],
  );
  return row === undefined ? undefined : readTerminal(row);
}

/**
 * Replace the MAC key; false when another sign-in was faster. The key before is good until `graceEndMs`: the one that
 * a message came under last, so that several sign-ins by a stranger do not put it out sooner than one.
 */
export async function replaceMacKey(
  sql: Sql,
  terminal: Terminal,
  macKey: Sealed,
  { atMs, graceEndMs }: { readonly atMs: InstantMs; readonly graceEndMs: InstantMs },
): Promise<boolean> {
  const keepsPrevious =
    !terminal.isProved && terminal.previous !== undefined && atMs < terminal.previous.untilMs;
  const previous = keepsPrevious
    ? terminal.previous
    : { macKey: terminal.macKey, untilMs: graceEndMs };
  const rows = await sql(
    `update acquirer.terminal
        set mac_key = $3, mac_key_proved = false, previous_mac_key = $5, previous_until_ms = $6,
            signed_in_at_ms = $4, version = version + 1
      where id = $1 and version = $2 returning id`,
    [
      terminal.id,
      terminal.version,
      macKey,
      atMs,
      previous?.macKey ?? null,
      previous?.untilMs ?? null,
    ],
  );
  return rows.length > 0;
}

/** Note that a message came under the terminal's MAC key; nothing happens when it has another by now. */
export async function proveMacKey(sql: Sql, terminal: Terminal): Promise<void> {
  await sql(
    `update acquirer.terminal set mac_key_proved = true, version = version + 1
      where id = $1 and version = $2`,
    [terminal.id, terminal.version],
  );
}

/** Take a trace number for a day; false when it is taken. */
export async function takeTraceNumber(
  sql: Sql,
  day: string,
  traceNumber: string,
  atMs: InstantMs,
): Promise<boolean> {
  const rows = await sql(
    `insert into acquirer.trace_number (day, trace_number, taken_at_ms) values ($1, $2, $3)
       on conflict do nothing returning trace_number`,
    [day, traceNumber, atMs],
  );
  return rows.length > 0;
}

function readTerminal(row: SqlRow): Terminal {
  const macKey = bytesOrNone(row, 'mac_key');
  const previousKey = bytesOrNone(row, 'previous_mac_key');
  const untilMs = wholeOrNone(row, 'previous_until_ms');
  return {
    id: text(row, 'id'),
    merchantId: text(row, 'merchant_id'),
    merchant: {
      name: text(row, 'name'),
      city: text(row, 'city'),
      category: text(row, 'category'),
    },
    terminalKey: bytes(row, 'terminal_key'),
    ...(macKey === undefined ? {} : { macKey }),
    isProved: flag(row, 'mac_key_proved'),
    ...(previousKey === undefined || untilMs === undefined
      ? {}
      : { previous: { macKey: previousKey, untilMs } }),
    version: big(row, 'version'),
  };
}
