-- The issuer: card file, accounts, ledger, messages; one-time codes; the demo's inboxes.
-- The account id is a keyed hash of the card number. It is the shard key of everything on the money path,
-- so a card is found, judged and posted within one shard and no second index tells who owns it.
create schema if not exists issuer;

create table issuer.card (
  account_id text primary key,
  pan bytea not null, -- sealed
  last_four text not null,
  expiry text not null,
  kind text not null check (kind in ('debit', 'credit')),
  behaviour text not null,
  mobile bytea not null, -- sealed
  mobile_hash text not null,
  mobile_masked text not null,
  opened_at_ms bigint not null,
  wrong_details bigint not null,
  version bigint not null
);

create table issuer.account (
  account_id text primary key,
  state text not null check (state in ('open', 'closed')),
  currency text not null,
  balance_minor bigint not null, -- the sum of the holder's entries
  credit_limit_minor bigint not null check (credit_limit_minor >= 0),
  daily_limit_minor bigint not null check (daily_limit_minor >= 0),
  spent_on text not null,
  spent_minor bigint not null check (spent_minor >= 0),
  version bigint not null,
  check (balance_minor + credit_limit_minor >= 0)
);

-- Both legs of a posting. An institution's position is the sum over its name; no row holds it.
create table issuer.ledger_entry (
  account_id text not null references issuer.account (account_id),
  posting_id text not null,
  ledger_account text not null check (ledger_account in ('holder', 'settlement', 'opening')),
  amount_minor bigint not null,
  kind text not null check (kind in ('opening', 'purchase', 'reversal')),
  retrieval_reference text not null,
  account_version bigint not null,
  at_ms bigint not null,
  primary key (account_id, posting_id, ledger_account)
);

-- Every message that was answered, under its key; and every original that was reversed before it came.
create table issuer.message (
  account_id text not null,
  message_key text not null,
  state text not null check (state in ('answered', 'reversed_unseen')),
  fingerprint bytea, -- keyed hash: the message holds a card number
  response_code text,
  refusal_code text,
  answer jsonb, -- the answer's data elements without the card number
  at_ms bigint not null,
  primary key (account_id, message_key),
  check ((state = 'answered') = (fingerprint is not null and answer is not null))
);

create table issuer.payment (
  account_id text not null references issuer.account (account_id),
  message_key text not null,
  posting_id text not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  retrieval_reference text not null,
  spent_on text not null,
  state text not null check (state in ('pending', 'posted', 'voided')),
  at_ms bigint not null,
  voided_by text, -- the reversal's message key
  primary key (account_id, message_key),
  foreign key (account_id, message_key) references issuer.message (account_id, message_key)
);

-- One line for every version of a card or an account.
create table issuer.history (
  account_id text not null,
  subject text not null check (subject in ('card', 'account')),
  version bigint not null,
  event text not null,
  reference text not null,
  at_ms bigint not null,
  primary key (account_id, subject, version)
);

-- Commands that were done, by their id.
create table issuer.request (
  request_id text primary key,
  digest bytea not null, -- keyed hash: bodies hold card numbers and codes
  answer jsonb not null,
  at_ms bigint not null
);

create table issuer.code (
  enrolment_id text primary key,
  account_id text not null,
  hash bytea not null, -- keyed hash of enrolment id and code
  expires_at_ms bigint not null,
  wrong_tries bigint not null,
  verified boolean not null,
  version bigint not null
);

create table issuer.code_send (
  enrolment_id text not null,
  number bigint not null, -- 0 is the first, the others are resends
  at_ms bigint not null,
  primary key (enrolment_id, number)
);

-- Texts that wait to be put into an inbox.
create table issuer.outbox (
  line_id text primary key,
  mobile_hash text not null,
  sender text not null,
  body bytea not null, -- sealed
  at_ms bigint not null
);

create table issuer.inbox (
  mobile_hash text primary key,
  secret_hash bytea not null,
  claimed_at_ms bigint not null
);

create table issuer.inbox_message (
  mobile_hash text not null,
  sequence bigint not null,
  line_id text not null,
  sender text not null,
  body bytea not null, -- sealed
  at_ms bigint not null,
  primary key (mobile_hash, sequence),
  unique (mobile_hash, line_id)
);
