create schema if not exists acquirer;

-- A shop. Its id is DE42: institution 3, area 4, category 4, number 4.
create table acquirer.merchant (
  id text primary key,
  name text not null,
  city text not null,
  category text not null,
  unique (name, city, category)
);

-- A terminal and its keys, all sealed. A sign-in replaces the MAC key; the one before is good for a while longer.
create table acquirer.terminal (
  id text primary key,
  merchant_id text not null,
  terminal_key bytea not null,
  mac_key bytea,
  -- Whether a message has come under it.
  mac_key_proved boolean not null,
  previous_mac_key bytea,
  previous_until_ms bigint,
  enrolled_at_ms bigint not null,
  signed_in_at_ms bigint,
  request_id text not null unique,
  request_digest bytea not null,
  answer text not null,
  version bigint not null
);

-- DE11 on the network's leg: taken once a day each, at random, so that no row is everybody's.
create table acquirer.trace_number (
  day text not null,
  trace_number text not null,
  taken_at_ms bigint not null,
  primary key (day, trace_number)
);

-- One payment under its POS key. A row without fingerprint remembers a reversal that came before its original.
create table acquirer.payment (
  terminal_id text not null,
  batch text not null,
  trace_number text not null,
  version bigint not null,
  at_ms bigint not null,
  state text not null check (state in ('pending', 'posted', 'declined', 'voided')),
  sent boolean not null,
  voided_by text check (voided_by in ('terminal', 'acquirer')),
  fingerprint bytea,
  token_last_four text not null,
  amount_minor bigint not null,
  currency text not null,
  -- Token and expiry, sealed.
  card bytea,
  -- The request as it goes to the network, without token, expiry, track and chip data.
  request text,
  retrieval_reference text,
  response_code text,
  code text,
  authorisation text,
  settlement_date text,
  chip_answer text,
  primary key (terminal_id, batch, trace_number)
);

create index payment_pending on acquirer.payment (at_ms) where state = 'pending';
create index payment_by_reference on acquirer.payment (retrieval_reference)
  where retrieval_reference is not null;
create index payment_in_order on acquirer.payment (at_ms, terminal_id, batch, trace_number);

-- A reversal that the network must answer. It goes out again until it has, or is given up: then a person must look.
create table acquirer.reversal (
  terminal_id text not null,
  batch text not null,
  trace_number text not null,
  at_ms bigint not null,
  transmission text not null,
  network_trace_number text not null,
  reason text not null,
  attempts integer not null,
  given_up boolean not null,
  response_code text,
  primary key (terminal_id, batch, trace_number)
);

create index reversal_waiting on acquirer.reversal (at_ms) where response_code is null and not given_up;
