-- Tills: each a browser or a counter that a cashier opened, with the reader's settings there. Of its key only a hash is kept.
create table terminal.till (
  till_id text primary key,
  request_id text not null unique,
  key_hash bytea not null unique,
  used_at_ms bigint not null,
  floor_limit_minor bigint not null,
  cvm_limit_minor bigint not null,
  -- None: any amount may be tapped.
  contactless_limit_minor bigint,
  offline_only boolean not null,
  country text not null,
  currency text not null,
  version bigint not null
);

create index till_used on terminal.till (used_at_ms);

-- Whose payment it is (none: the operator's) and what is shown of it.
alter table terminal.payment
  add column till_id text,
  add column code text,
  add column retrieval_reference text,
  -- When the cashier took it back; none where doubt did.
  add column taken_back_at_ms bigint,
  -- When a reversal that failed is due again.
  add column next_try_at_ms bigint;

create index payment_till on terminal.payment (till_id, sequence);
