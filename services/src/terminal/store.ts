/** The terminal's own row and its answers: SQL and typed rows. */
import type { Sealed, Sql, SqlRow } from '@octavo/domain/ports.ts';
import { big, bytes, bytesOrNone, text, textOrNone } from '../column.ts';
import type { DoneRequest } from '../request.ts';

/** The shop that the terminal stands in. */
export type Merchant = {
  readonly name: string;
  readonly city: string;
  readonly category: string;
};

/** What the acquirer gave the terminal. */
export type Enrolled = {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly posAddress: string;
  readonly terminalKey: Sealed;
};

/** This terminal. */
export type Self = {
  readonly merchant: Merchant;
  readonly enrolRequestId: string;
  readonly enrolled?: Enrolled;
  /** Absent while the terminal must sign in. */
  readonly macKey?: Sealed;
  readonly version: bigint;
};

/** This terminal's row. */
export async function findSelf(sql: Sql): Promise<Self | undefined> {
  const [row] = await sql(
    `select merchant, enrol_request_id, terminal_id, merchant_id, pos_address, terminal_key,
            mac_key, version
       from terminal.terminal where id = 'self'`,
  );
  return row === undefined ? undefined : readSelf(row);
}

/** Begin this terminal's row; nothing happens when there is one. */
export async function insertSelf(
  sql: Sql,
  merchant: Merchant,
  enrolRequestId: string,
): Promise<void> {
  await sql(
    `insert into terminal.terminal (id, merchant, enrol_request_id, version)
       values ('self', $1, $2, 0) on conflict do nothing`,
    [JSON.stringify(merchant), enrolRequestId],
  );
}

/** Keep what the acquirer gave; nothing happens when it is there already. */
export async function keepEnrolled(sql: Sql, enrolled: Enrolled): Promise<void> {
  await sql(
    `update terminal.terminal
        set terminal_id = $1, merchant_id = $2, pos_address = $3, terminal_key = $4,
            version = version + 1
      where id = 'self' and terminal_id is null`,
    [enrolled.terminalId, enrolled.merchantId, enrolled.posAddress, enrolled.terminalKey],
  );
}

/** Keep the MAC key of a sign-in, or forget it when the terminal must sign in again. */
export async function keepMacKey(sql: Sql, macKey: Sealed | undefined): Promise<void> {
  await sql(`update terminal.terminal set mac_key = $1, version = version + 1 where id = 'self'`, [
    macKey ?? null,
  ]);
}

/** What was answered to a request. */
export async function findAnswer(sql: Sql, requestId: string): Promise<DoneRequest | undefined> {
  const [row] = await sql(
    'select request_digest, answer from terminal.answer where request_id = $1',
    [requestId],
  );
  return row === undefined
    ? undefined
    : { digest: bytes(row, 'request_digest'), answer: JSON.parse(text(row, 'answer')) };
}

/** Keep an answer that no payment goes with. */
export async function insertAnswer(
  sql: Sql,
  requestId: string,
  digest: Uint8Array,
  answer: string,
): Promise<void> {
  await sql(
    `insert into terminal.answer (request_id, request_digest, answer) values ($1, $2, $3)
       on conflict do nothing`,
    [requestId, digest, answer],
  );
}

function readSelf(row: SqlRow): Self {
  const terminalId = textOrNone(row, 'terminal_id');
  const macKey = bytesOrNone(row, 'mac_key');
  return {
    merchant: JSON.parse(text(row, 'merchant')) as Merchant,
    enrolRequestId: text(row, 'enrol_request_id'),
    version: big(row, 'version'),
    ...(terminalId === undefined
      ? {}
      : {
          enrolled: {
            terminalId,
            merchantId: text(row, 'merchant_id'),
            posAddress: text(row, 'pos_address'),
            terminalKey: bytes(row, 'terminal_key'),
          },
        }),
    ...(macKey === undefined ? {} : { macKey }),
  };
}
