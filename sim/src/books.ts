/** The books of everybody, read across all schemas by one who may: the simulator, after the world has come to rest. */
import type { Sql, SqlRow } from '@octavo/domain/ports.ts';
import { terminalNames } from './world.ts';

/** A payment in a terminal's journal. */
export type TerminalPayment = {
  readonly terminal: string;
  readonly requestId: string;
  readonly state: string;
  readonly amountMinor: bigint;
  /** Of the acquirer's row for it; undefined when the acquirer never kept it. */
  readonly acquirerState: string | undefined;
  readonly retrievalReference: string | undefined;
};

/** A payment at the issuer and what its entries come to for the holder. */
export type IssuerPayment = {
  readonly retrievalReference: string;
  readonly state: string;
  readonly amountMinor: bigint;
};

/** One entry of the ledger. */
export type Entry = {
  readonly accountId: string;
  readonly postingId: string;
  readonly account: string;
  readonly amountMinor: bigint;
  readonly kind: string;
  readonly retrievalReference: string;
};

/** What the token service knows of one message. */
export type TapMessage = {
  readonly tokenReference: string;
  readonly messageKey: string;
  /** A tap at a till, one at a gate that was told of later, or a charge for rides. */
  readonly kind: 'tap' | 'advice' | 'charge';
  readonly code: string | undefined;
  readonly counter: bigint | undefined;
  readonly amountMinor: bigint | undefined;
  readonly outcomeCode: string | undefined;
  readonly reversed: boolean;
  readonly seen: boolean;
};

/** A line of a phone's history. */
export type Line = {
  readonly tokenReference: string;
  readonly kind: string;
  readonly amountMinor: bigint | undefined;
  readonly approved: boolean;
};

/** The network's word on one message. */
export type NetworkMessage = {
  readonly messageKey: string;
  readonly retrievalReference: string;
  readonly state: string;
};

/** A card on a phone: how the wallet shows it, and how the token is. */
export type LeafState = {
  readonly tokenReference: string;
  readonly shown: string;
  readonly state: string;
};

/** All books. */
export type Books = {
  readonly payments: readonly TerminalPayment[];
  readonly issuerPayments: readonly IssuerPayment[];
  readonly entries: readonly Entry[];
  readonly balances: readonly { readonly accountId: string; readonly balanceMinor: bigint }[];
  readonly messages: readonly TapMessage[];
  readonly networkMessages: readonly NetworkMessage[];
  readonly lines: readonly Line[];
  readonly leaves: readonly LeafState[];
  /** The retrieval references of what was asked for rides. */
  readonly rides: ReadonlySet<string>;
};

/** Read every book. */
export async function readBooks(sql: Sql): Promise<Books> {
  const payments: TerminalPayment[] = [];
  for (const terminal of terminalNames) payments.push(...(await readJournal(sql, terminal)));
  return {
    payments,
    issuerPayments: (
      await sql(
        `select retrieval_reference, state, amount_minor from issuer.payment order by at_ms, message_key`,
      )
    ).map((row) => ({
      retrievalReference: text(row, 'retrieval_reference'),
      state: text(row, 'state'),
      amountMinor: big(row, 'amount_minor'),
    })),
    entries: await readLedger(sql),
    balances: (
      await sql('select account_id, balance_minor from issuer.account order by account_id')
    ).map((row) => ({
      accountId: text(row, 'account_id'),
      balanceMinor: big(row, 'balance_minor'),
    })),
    messages: (
      await sql(
        `select upper(encode(token_id, 'hex')) as token_reference, message_key, kind, code, counter, amount_minor,
                outcome_code, reversed, fingerprint is not null as seen
           from tokens.message order by at_ms, message_key`,
      )
    ).map(tapMessage),
    networkMessages: (
      await sql(
        `select message_key, coalesce(fields ->> '37', '') as retrieval_reference, state
           from network.message order by created_at_ms, message_key`,
      )
    ).map((row) => ({
      messageKey: text(row, 'message_key'),
      retrievalReference: text(row, 'retrieval_reference'),
      state: text(row, 'state'),
    })),
    lines: (
      await sql(
        `select token_reference, kind, amount_minor, approved from wallet.history
          order by device_id, sequence`,
      )
    ).map((row) => ({
      tokenReference: text(row, 'token_reference'),
      kind: text(row, 'kind'),
      amountMinor: bigOrNone(row, 'amount_minor'),
      approved: row.approved === true,
    })),
    leaves: (
      await sql(
        `select leaf -> 'token' ->> 'tokenReference' as token_reference, leaf ->> 'state' as shown, t.state
           from wallet.device d cross join jsonb_array_elements(d.leaves) as leaf
           left join tokens.token t
             on upper(encode(t.token_id, 'hex')) = leaf -> 'token' ->> 'tokenReference'
          order by 1`,
      )
    ).map((row) => ({
      tokenReference: text(row, 'token_reference'),
      shown: text(row, 'shown'),
      state: text(row, 'state'),
    })),
    rides: new Set(
      (
        await sql(
          `select retrieval_reference from acquirer.payment where batch = 'transit' order by 1`,
        )
      ).map((row) => text(row, 'retrieval_reference')),
    ),
  };
}

/** The ledger in the order in which it was written. */
async function readLedger(sql: Sql): Promise<readonly Entry[]> {
  const rows = await sql(
    `select account_id, posting_id, ledger_account, amount_minor, kind, retrieval_reference
       from issuer.ledger_entry order by account_id, account_version, posting_id, ledger_account`,
  );
  return rows.map((row) => ({
    accountId: text(row, 'account_id'),
    postingId: text(row, 'posting_id'),
    account: text(row, 'ledger_account'),
    amountMinor: big(row, 'amount_minor'),
    kind: text(row, 'kind'),
    retrievalReference: text(row, 'retrieval_reference'),
  }));
}

/** A journal beside the acquirer's rows; batch and trace number follow from the sequence. */
async function readJournal(sql: Sql, terminal: string): Promise<readonly TerminalPayment[]> {
  const rows = await sql(
    `select p.request_id, p.state, p.amount_minor, a.state as acquirer_state, a.retrieval_reference
       from ${terminal}.payment p
       cross join ${terminal}.terminal t
       left join acquirer.payment a on a.terminal_id = t.terminal_id
        and a.batch = lpad(((p.sequence - 1) / 999999 + 1)::text, 6, '0')
        and a.trace_number = lpad(((p.sequence - 1) % 999999 + 1)::text, 6, '0')
      order by p.sequence`,
  );
  return rows.map((row) => ({
    terminal,
    requestId: text(row, 'request_id'),
    state: text(row, 'state'),
    amountMinor: big(row, 'amount_minor'),
    acquirerState: textOrNone(row, 'acquirer_state'),
    retrievalReference: textOrNone(row, 'retrieval_reference'),
  }));
}

/** What still waits for an end, each kind with its number; empty when the world is at rest. */
export async function readPending(sql: Sql): Promise<readonly string[]> {
  const rows = await sql(
    [
      ...terminalNames.map((name) =>
        counted(`${name} payment`, `${name}.payment where state in ('pending', 'reversing')`),
      ),
      counted('acquirer payment', "acquirer.payment where state = 'pending'"),
      counted('acquirer reversal', 'acquirer.reversal where response_code is null'),
      counted(
        'network message',
        "network.message where state in ('pending', 'sent') or not answered or owed <> 'nothing'",
      ),
      counted('store and forward', "network.forward where state <> 'done'"),
      counted('issuer payment', "issuer.payment where state = 'pending'"),
      counted('issuer text', 'issuer.outbox'),
      counted('token service notice', 'tokens.outbox'),
      counted('wallet work', 'wallet.device where look_at_ms is not null'),
    ].join(' union all '),
  );
  return rows
    .filter(({ count }) => Number(count) > 0)
    .map(({ what, count }) => `${count} × ${what}`)
    .sort();
}

function counted(what: string, from: string): string {
  return `select '${what}' as what, count(*) as count from ${from}`;
}

function tapMessage(row: SqlRow): TapMessage {
  return {
    tokenReference: text(row, 'token_reference'),
    messageKey: text(row, 'message_key'),
    kind: text(row, 'kind') as TapMessage['kind'],
    code: textOrNone(row, 'code'),
    counter: bigOrNone(row, 'counter'),
    amountMinor: bigOrNone(row, 'amount_minor'),
    outcomeCode: textOrNone(row, 'outcome_code'),
    reversed: row.reversed === true,
    seen: row.seen === true,
  };
}

function text(row: SqlRow, column: string): string {
  return String(row[column]);
}

function textOrNone(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

function big(row: SqlRow, column: string): bigint {
  return BigInt(row[column] as bigint);
}

function bigOrNone(row: SqlRow, column: string): bigint | undefined {
  return row[column] === null ? undefined : big(row, column);
}
