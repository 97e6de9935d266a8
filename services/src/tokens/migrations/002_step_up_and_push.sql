-- What an operator looks for, who decided on enrolments, and cards that their issuer pushed. None of it is on the money path.

-- Decisions on enrolments: by whom, why, and the state after.
create table tokens.enrolment_history (
  enrolment_id bytea not null,
  version bigint not null,
  at_ms bigint not null,
  event text not null,
  state text not null,
  party text not null,
  reason text not null,
  comment text,
  primary key (enrolment_id, version)
);

-- Cards that their issuer pushed. The receipt is made from the nonce by a key, and stands here as a keyed hash.
create table tokens.pushed_card (
  receipt_hash bytea primary key,
  request_id bytea not null unique,
  request_digest bytea not null, -- keyed: the body holds the card's number
  nonce bytea not null,
  card_bin text not null,
  card_last_four text not null,
  sealed_pan bytea, -- forgotten when the receipt has lapsed
  sealed_pan_expiry bytea,
  mobile_masked text,
  taken_by bytea, -- the request that adds it
  expires_ms bigint not null
);
create index pushed_card_expiry on tokens.pushed_card (expires_ms);
create index pushed_card_sealed on tokens.pushed_card (expires_ms) where sealed_pan is not null;

-- Tokens as an operator looks for them, newest first: an inactive one lapses half an hour after it was asked for.
create index token_of_account on tokens.token (account_reference, lapses_ms, token_id);
create index token_by_last_four on tokens.token (last_four, lapses_ms, token_id);
create index token_by_card_last_four on tokens.token (card_last_four, lapses_ms, token_id);
create index token_fill on tokens.token (card_bin, key_index, state);
