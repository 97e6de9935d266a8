-- Transit: a tap that was told later (an advice), and a charge without a tap that names one.
alter table tokens.message
  add column kind text not null default 'tap' check (kind in ('tap', 'advice', 'charge')),
  -- Of an advice: DE32, DE42 and the day that the phone sealed (YYMMDD); a charge is held against them.
  add column acquirer text,
  add column merchant_id text,
  add column tap_day text,
  -- Of a charge: the advice that it names.
  add column advice_key text;
create index message_of_advice on tokens.message (token_id, advice_key) where advice_key is not null;
