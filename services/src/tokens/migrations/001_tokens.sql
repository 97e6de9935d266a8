-- The token service: what it knows of elements, enrolments, tokens and taps.
-- On the money path (token and every table under it) the shard key is token_id.
-- Columns named sealed hold bytes that only the key port opens.
create schema if not exists tokens;

create table tokens.element (
  element_id bytea primary key,
  certificate bytea not null,
  sealed_domain bytea,
  key_version integer not null, -- of sealed_domain, 0 while there is none
  spent_version integer not null, -- the highest key version that the element confirmed or refused
  last_suffix integer not null -- of the instances' names
);

-- Card-entry envelopes that were opened, so that none is opened twice.
create table tokens.envelope (
  digest bytea primary key,
  request_id bytea not null,
  at_ms bigint not null
);
create index envelope_at on tokens.envelope (at_ms);

-- One row for each try to add a card and each subject (a card, an element) that tries are counted for.
create table tokens.attempt (
  subject bytea not null,
  enrolment_id bytea not null,
  at_ms bigint not null,
  primary key (subject, enrolment_id)
);
create index attempt_at on tokens.attempt (at_ms);

create table tokens.enrolment (
  enrolment_id bytea primary key,
  request_id bytea not null unique,
  request_digest bytea not null,
  requestor_id text not null,
  element_id bytea not null,
  card_hash bytea not null,
  card_bin text not null,
  card_last_four text not null,
  sealed_pan bytea, -- forgotten when the enrolment is over
  sealed_pan_expiry bytea,
  holder_public_key bytea,
  rp_id_hash bytea not null,
  origin text not null,
  terms_version text not null,
  terms_accepted_ms bigint not null,
  state text not null check (state in ('asked', 'code_awaited', 'verified', 'tokenised', 'lapsed')),
  colour text,
  reasons text[] not null,
  assurance text,
  mobile_masked text,
  tries_left integer,
  resends_left integer,
  code_expires_ms bigint,
  refusal jsonb,
  token_id bytea,
  started_ms bigint not null,
  expires_ms bigint not null,
  version bigint not null
);
create index enrolment_open on tokens.enrolment (expires_ms, enrolment_id)
  where state in ('asked', 'code_awaited', 'verified');

create table tokens.enrolment_command (
  enrolment_id bytea not null,
  request_id bytea not null,
  request_digest bytea not null,
  refusal jsonb,
  primary key (enrolment_id, request_id)
);

-- Codes that the issuer was asked about and has not answered: typed again, each is asked under the same request id.
create table tokens.code_check (
  enrolment_id bytea not null,
  code_hash bytea not null, -- keyed
  request_id text not null, -- of the request to the issuer
  primary key (enrolment_id, code_hash)
);

-- Which enrolment holds a card on an element for a requestor. A holder that has lapsed, or whose token is
-- deleted, holds nothing: the next enrolment takes its row over.
create table tokens.card_live (
  card_hash bytea not null,
  element_id bytea not null,
  requestor_id text not null,
  enrolment_id bytea not null,
  primary key (card_hash, element_id, requestor_id)
);

create table tokens.token (
  token_id bytea primary key,
  enrolment_id bytea not null,
  element_id bytea not null,
  sealed_number bytea not null,
  sealed_pan bytea not null,
  sealed_pan_expiry bytea not null,
  card_bin text not null,
  card_last_four text not null,
  last_four text not null,
  expiry text not null,
  sequence_number text not null,
  key_index text not null,
  requestor_id text not null,
  account_reference text not null,
  assurance text not null,
  instance_aid text not null,
  holder_public_key bytea,
  rp_id_hash bytea not null,
  origin text not null,
  state text not null check (state in ('inactive', 'active', 'suspended', 'deleted')),
  suspended_by text[] not null,
  highest_counter bigint not null,
  lapses_ms bigint not null, -- an inactive token lapses then
  version bigint not null
);
create index token_inactive on tokens.token (lapses_ms, token_id) where state = 'inactive';

create table tokens.token_history (
  token_id bytea not null,
  version bigint not null,
  at_ms bigint not null,
  event text not null,
  state text not null,
  party text not null,
  reason text not null,
  comment text,
  primary key (token_id, version)
);

create table tokens.token_command (
  token_id bytea not null,
  request_id bytea not null,
  request_digest bytea not null,
  answer jsonb not null,
  primary key (token_id, request_id)
);

-- Where the talk with the element about a token stands.
create table tokens.provisioning (
  token_id bytea primary key,
  purpose text not null check (purpose in ('personalise', 'erase')),
  step text not null check (step in ('nonce', 'agree', 'open', 'load', 'done')),
  answer jsonb not null,
  round_digest bytea, -- of the round that brought this answer
  agreements integer not null, -- how often keys were agreed anew
  loadings integer not null, -- how often commands to load the instance went out
  sealed_offer bytea, -- domain keys that the element has not confirmed
  offered_version integer,
  host_challenge bytea,
  receipt bytea,
  version bigint not null
);

-- Counters that right cryptograms have used up, each with its cryptogram.
create table tokens.tap (
  token_id bytea not null,
  counter bigint not null,
  cryptogram bytea not null,
  other_cryptogram bytea, -- the proof of a clone: right too, for the same counter
  message_key text not null,
  at_ms bigint not null,
  primary key (token_id, counter)
);

-- Verdicts by message. One without a fingerprint remembers a reversal that came before its original.
create table tokens.message (
  token_id bytea not null,
  message_key text not null,
  fingerprint bytea,
  code text,
  checks jsonb not null,
  counter bigint,
  amount_minor bigint,
  currency text,
  merchant text,
  at_ms bigint not null,
  outcome_code text,
  reversed boolean not null,
  told boolean not null, -- its refusal was put into the outbox with it
  primary key (token_id, message_key)
);

-- What the requestor is to be told; a row is gone when it was taken.
create table tokens.outbox (
  token_id bytea not null,
  notification_id bytea not null,
  body jsonb not null,
  at_ms bigint not null,
  sequence bigint not null, -- within the token, where instants are equal
  due_ms bigint not null,
  failures integer not null,
  primary key (token_id, notification_id)
);
create index outbox_due on tokens.outbox (due_ms);
