create schema if not exists network;

-- One row for each purchase request from an acquirer, in token form, or for one that was reversed before it came.
create table network.message (
  message_key text primary key,
  institution text not null,
  state text not null,
  reversed_by text,
  fields jsonb,
  fingerprint bytea,
  issuer text,
  settlement_date text,
  account_reference text,
  response_code text,
  code text,
  authorisation text,
  tag91 text,
  answered boolean not null,
  owed text not null,
  created_at_ms bigint not null,
  version integer not null
);

create index message_unsettled on network.message (message_key)
  where state in ('pending', 'sent') or not answered;
create index message_owing on network.message (message_key) where owed <> 'nothing';

-- Every state a message went through.
create table network.message_history (
  message_key text not null,
  version integer not null,
  state text not null,
  at_ms bigint not null,
  primary key (message_key, version)
);

-- Reversals from acquirers and their answers, beside the original that they name.
create table network.reversal (
  original_key text not null,
  reversal_key text not null,
  fingerprint bytea not null,
  response_code text not null,
  code text,
  settlement_date text not null,
  at_ms bigint not null,
  primary key (original_key, reversal_key)
);

create index reversal_by_key on network.reversal (reversal_key);

-- The network's own reversals on their way to the issuer, in token form; one for each original.
create table network.forward (
  original_key text primary key,
  reversal_key text not null,
  issuer text not null,
  token text not null,
  fields jsonb not null,
  state text not null,
  sendings integer not null,
  next_at_ms bigint not null,
  created_at_ms bigint not null,
  response_code text,
  version integer not null
);

create index forward_by_key on network.forward (reversal_key);
create index forward_due on network.forward (next_at_ms, original_key) where state = 'waiting';

-- DE11 of the network's own messages: each number once a day.
create table network.trace_number (
  day text not null,
  trace_number text not null,
  primary key (day, trace_number)
);
