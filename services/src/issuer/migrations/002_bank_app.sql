-- The bank's app and the console: step-ups decided in the app, openings counted by their holder, and the ledger,
-- the accounts and the texts in the order in which they are looked at.

-- Goes up with every account that the holder opens in the app, so that two at once do not pass the limit.
alter table issuer.inbox add column version bigint not null default 0;

-- The holder's word on an enrolment, stored before the token service is told, and what that answered.
alter table issuer.code add column decision text check (decision in ('approved', 'refused'));
alter table issuer.code add column decision_request_id text;
alter table issuer.code add column decided_at_ms bigint;
alter table issuer.code add column told_at_ms bigint;
alter table issuer.code add column told_refusal text; -- the code it refused with
alter table issuer.code add constraint code_decision_whole
  check (num_nonnulls(decision, decision_request_id, decided_at_ms) in (0, 3));
alter table issuer.code add constraint code_told_decided
  check (decision is not null or num_nonnulls(told_at_ms, told_refusal) = 0);

create index code_by_account on issuer.code (account_id);
create index code_untold on issuer.code (decided_at_ms, enrolment_id)
  where decision is not null and told_at_ms is null;
create index card_by_mobile on issuer.card (mobile_hash, opened_at_ms, account_id);
create index card_by_opening on issuer.card (opened_at_ms, account_id);
create index ledger_entry_by_time on issuer.ledger_entry (at_ms, account_id, account_version)
  where ledger_account = 'holder';
create index inbox_message_by_time on issuer.inbox_message (at_ms, mobile_hash, sequence);

-- Money that moves when the demo bank is told to behave otherwise.
alter table issuer.ledger_entry drop constraint ledger_entry_kind_check;
alter table issuer.ledger_entry add constraint ledger_entry_kind_check
  check (kind in ('opening', 'purchase', 'reversal', 'adjustment'));
