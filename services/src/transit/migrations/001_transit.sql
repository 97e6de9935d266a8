-- The back office of transit: gates and their records, tokens and their taps, riders' accounts, the deny list.
-- Three shard keys, each in every unique key of its tables: the gate's id for what gates bring, the credential's for
-- taps and their verdicts, the account's for money. The list is off the path of money and has its epoch.
create schema if not exists transit;

create table transit.gate (
  gate_id text primary key,
  public_key bytea not null, -- uncompressed point
  place jsonb not null,
  enrolled_at_ms bigint not null,
  highest bigint not null, -- the highest number that is held
  gaps jsonb not null, -- what is missing below it, and since when that is known
  forged bigint not null,
  last_seen_at_ms bigint,
  list_seen jsonb, -- epoch and version of the list that it last had
  clock jsonb, -- offset and uncertainty by its highest record
  version bigint not null
);

-- Commands on gates that were done, by their id.
create table transit.command (
  request_id text primary key,
  digest bytea not null,
  answer jsonb not null,
  at_ms bigint not null
);

-- Records as they came; never changed, never erased.
create table transit.record (
  gate_id text not null,
  sequence bigint not null,
  body bytea not null, -- the whole record with its signature
  hash bytea not null,
  previous bytea not null,
  contested boolean not null, -- the gate's key signed another record in its place, or named another before the next
  taken_at_ms bigint not null,
  credential_id text, -- whose tap it is, once that is found
  posted_at_ms bigint, -- when that was
  primary key (gate_id, sequence)
);
create index record_unposted on transit.record (taken_at_ms, gate_id, sequence) where posted_at_ms is null;

-- Bytes that cannot be believed, kept apart and charged to nobody.
create table transit.forgery (
  gate_id text not null,
  digest text not null,
  sequence bigint,
  reason text not null,
  body bytea not null,
  at_ms bigint not null,
  primary key (gate_id, digest)
);

-- One token as gates know it. The id is a keyed hash of its number, which stands in sealed records alone.
create table transit.credential (
  credential_id text primary key,
  account_id text not null,
  join_to text, -- the account that it is on its way to
  last_four text not null,
  deny_entry text not null, -- its line in a deny list, hexadecimal
  account_reference text,
  form text not null,
  seen_at_ms bigint not null,
  version bigint not null
);
create index credential_joining on transit.credential (credential_id) where join_to is not null;

-- Taps, each with its verdict. A tap is counted when a closing has looked at it.
create table transit.tap (
  credential_id text not null,
  gate_id text not null,
  sequence bigint not null,
  kind text not null,
  corrected_ms bigint not null,
  uncertainty_ms bigint not null,
  place jsonb not null,
  form text not null,
  reason text, -- why the gate refused it
  contested boolean not null,
  posted_at_ms bigint not null,
  counted_at_ms bigint,
  verdict text not null check (verdict in ('waiting', 'good', 'refused', 'none')),
  advice_id text not null, -- the request id of its advice
  advice_name text, -- what a charge names it by
  merchant text not null, -- the class of the merchant that it was advised by
  advice_due_at_ms bigint, -- when it is to be sent, or sent again
  advice_tries bigint not null,
  response_code text,
  refusal_code text,
  retrieval_reference text,
  answered_reference text, -- the account reference that came with the verdict
  verdict_at_ms bigint,
  effect_due boolean not null, -- the account has yet to hear of the verdict
  primary key (credential_id, gate_id, sequence)
);
create index tap_uncounted on transit.tap (corrected_ms, credential_id) where counted_at_ms is null;
create index tap_to_advise on transit.tap (advice_due_at_ms, credential_id, gate_id, sequence)
  where advice_due_at_ms is not null;
create index tap_to_tell on transit.tap (verdict_at_ms, credential_id, gate_id, sequence) where effect_due;
create index tap_by_time on transit.tap (credential_id, corrected_ms, gate_id, sequence);

-- A rider: what every effect on its money goes by.
create table transit.account (
  account_id text primary key,
  account_reference text,
  reference_entry text, -- its line in a deny list
  state text not null check (state in ('active', 'denied', 'dormant', 'merged')),
  merged_into text,
  credentials jsonb not null,
  denials jsonb not null, -- verdicts that keep it listed
  listed jsonb not null, -- the lines that the list was told to have
  joined text[] not null, -- the accounts that became this one
  in_flight text, -- the charge whose answer is awaited
  bill_at_ms bigint, -- when lines that wait are to be charged
  changed_at_ms bigint not null,
  version bigint not null
);
create index account_to_bill on transit.account (bill_at_ms, account_id) where bill_at_ms is not null;
create index account_by_change on transit.account (changed_at_ms, account_id);

-- A service day as it was last brought to account.
create table transit.day (
  account_id text not null,
  day text not null,
  rated_minor bigint not null check (rated_minor >= 0),
  written_off_minor bigint not null, -- how much of it is not asked for
  journeys bigint not null,
  digest bytea not null, -- over its journeys as they were rated
  closed_at_ms bigint not null,
  moved boolean not null, -- it lives on in the account that this one became
  primary key (account_id, day)
);
create index day_by_day on transit.day (day, account_id);

-- What closing days brought, and refunds; each goes onto a charge but for what is written off.
create table transit.line (
  account_id text not null,
  line_id text not null,
  kind text not null check (kind in ('fare', 'correction', 'credit', 'refund', 'written_off')),
  day text not null,
  amount_minor bigint not null check (amount_minor <> 0),
  reason text,
  at_ms bigint not null,
  charge_id text,
  moved boolean not null,
  primary key (account_id, line_id)
);
create index line_unbilled on transit.line (account_id, day, line_id) where charge_id is null and not moved and kind <> 'written_off';
create index line_of_charge on transit.line (account_id, charge_id, day, line_id);

create table transit.charge (
  account_id text not null,
  charge_id text not null,
  kind text not null check (kind in ('daily', 'retry', 'pay_now')),
  day text not null,
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  state text not null check (state in ('asking', 'approved', 'declined', 'settled')),
  debts text[] not null, -- the debts that it is to pay
  advice jsonb, -- the tap whose verdict it names
  advice_id text, -- that tap's advice, which no other charge may name at the same time
  attempt bigint not null, -- counts the numbers under which it was asked
  due_at_ms bigint, -- when it is asked again
  response_code text,
  refusal_code text,
  retrieval_reference text,
  at_ms bigint not null,
  ended_at_ms bigint,
  primary key (account_id, charge_id)
);
create index charge_to_ask on transit.charge (due_at_ms, account_id, charge_id) where due_at_ms is not null;
create index charge_by_time on transit.charge (at_ms, account_id, charge_id);

create table transit.debt (
  account_id text not null,
  debt_id text not null, -- the charge that was declined
  day text not null,
  amount_minor bigint not null check (amount_minor > 0),
  state text not null check (state in ('open', 'paid', 'written_off')),
  class text not null check (class in ('hard', 'soft', 'data')),
  response_code text,
  opened_at_ms bigint not null,
  tries bigint not null,
  next_try_at_ms bigint,
  ended_at_ms bigint,
  paid_by text,
  moved boolean not null,
  primary key (account_id, debt_id)
);
create index debt_open on transit.debt (opened_at_ms, account_id, debt_id) where state = 'open' and not moved;
create index debt_to_try on transit.debt (next_try_at_ms, account_id, debt_id) where next_try_at_ms is not null;

-- Double entry: both sides of a posting lie with the account.
create table transit.ledger_entry (
  account_id text not null,
  posting_id text not null,
  ledger_account text not null
    check (ledger_account in ('rider', 'fares', 'clearing', 'debt', 'refunds', 'write_offs', 'joined')),
  kind text not null,
  day text not null,
  amount_minor bigint not null,
  at_ms bigint not null,
  primary key (account_id, posting_id, ledger_account)
);

-- What the deny list is to be told, in the order of the account's versions.
create table transit.listing (
  account_id text not null,
  account_version bigint not null,
  number bigint not null,
  entry text not null,
  change text not null check (change in ('add', 'remove')),
  reason text not null,
  at_ms bigint not null,
  published_version bigint,
  primary key (account_id, account_version, number)
);
create index listing_unpublished on transit.listing (at_ms, account_id, account_version, number)
  where published_version is null;

-- One line for every version of an account.
create table transit.history (
  account_id text not null,
  version bigint not null,
  event text not null,
  reference text not null,
  at_ms bigint not null,
  primary key (account_id, version)
);

-- Commands on accounts that were done, by their id.
create table transit.request (
  account_id text not null,
  request_id text not null,
  digest bytea not null,
  answer jsonb not null,
  at_ms bigint not null,
  primary key (account_id, request_id)
);

-- The deny list: its head, what stands in it, and every change by the version that brought it.
create table transit.deny_list (
  epoch bigint primary key,
  version bigint not null,
  published_at_ms bigint not null
);
create table transit.deny_entry (
  epoch bigint not null,
  entry text not null,
  account_id text not null,
  reason text not null,
  version bigint not null,
  primary key (epoch, entry)
);
create table transit.deny_change (
  epoch bigint not null,
  version bigint not null,
  entry text not null,
  change text not null check (change in ('add', 'remove')),
  account_id text not null,
  reason text not null,
  at_ms bigint not null,
  primary key (epoch, version, entry)
);

-- Who the acquirer takes us for, by merchant class. The number of the command is kept before it is asked.
create table transit.merchant (
  category text primary key,
  request_id text not null,
  terminal_id text,
  merchant_id text,
  asked_at_ms bigint not null
);

-- Service days that were closed.
create table transit.closing (
  day text primary key,
  began_at_ms bigint not null,
  ended_at_ms bigint
);
