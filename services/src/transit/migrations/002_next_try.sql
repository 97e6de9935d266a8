-- When what could not be moved is tried again: until then it stands in nobody's way.
alter table transit.record add column post_due_at_ms bigint not null default 0;
alter table transit.tap add column tell_due_at_ms bigint not null default 0;
alter table transit.credential add column join_due_at_ms bigint not null default 0;
drop index transit.record_unposted;
create index record_unposted on transit.record (post_due_at_ms, taken_at_ms, gate_id, sequence)
  where posted_at_ms is null;
drop index transit.tap_to_tell;
create index tap_to_tell on transit.tap (tell_due_at_ms, verdict_at_ms, credential_id, gate_id, sequence)
  where effect_due;
drop index transit.credential_joining;
create index credential_joining on transit.credential (join_due_at_ms, credential_id) where join_to is not null;
