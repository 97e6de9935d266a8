create schema if not exists terminal;

-- This terminal: one row. The enrolment's request id is kept before it is used, so that a second try is the same try.
create table terminal.terminal (
  id text primary key check (id = 'self'),
  merchant text not null,
  enrol_request_id text not null,
  terminal_id text,
  merchant_id text,
  pos_address text,
  terminal_key bytea,
  -- Of the last sign-in; none while the terminal must sign in.
  mac_key bytea,
  version bigint not null
);

-- Payments in order; batch and trace number follow from the sequence. The message is kept until the payment has ended.
create table terminal.payment (
  sequence bigint primary key,
  version bigint not null,
  at_ms bigint not null,
  request_id text not null unique,
  request_digest bytea not null,
  amount_minor bigint not null,
  currency text not null,
  token_last_four text not null,
  state text not null check (state in ('pending', 'posted', 'declined', 'reversing', 'voided', 'exception')),
  message text,
  chip_data text,
  response_code text,
  attempts integer not null
);

create index payment_open on terminal.payment (sequence) where state in ('pending', 'reversing');

-- What was answered to each request.
create table terminal.answer (
  request_id text primary key,
  request_digest bytea not null,
  answer text not null
);
