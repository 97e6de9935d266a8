-- A transit operator: a merchant whose gates all speak under one terminal id, and which asks over HTTP.
create table acquirer.transit_operator (
  terminal_id text primary key,
  merchant_id text not null,
  enrolled_at_ms bigint not null,
  request_id text not null unique,
  request_digest bytea not null,
  answer text not null
);

-- One gate tap that the network is asked about until it has answered.
create table acquirer.advice (
  request_id text primary key,
  request_digest bytea not null,
  at_ms bigint not null,
  state text not null check (state in ('pending', 'approved', 'declined', 'given_up')),
  token_last_four text not null,
  -- The request as it goes to the network, without token, expiry and chip data.
  request text not null,
  -- Those, sealed; forgotten when the advice has ended.
  tap bytea,
  attempts integer not null,
  due_at_ms bigint not null,
  response_code text,
  account_reference text
);
create index advice_due on acquirer.advice (due_at_ms, request_id) where state = 'pending';

-- A deferred charge is a payment too: in the batch called transit, under its request's id.
create index payment_of_transit on acquirer.payment (at_ms, trace_number) where batch = 'transit';
