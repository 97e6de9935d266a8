-- Certificates of offline data authentication. A token from before has none, and gets them by a talk of its own.
alter table tokens.token add column certified boolean not null default false; -- its instance holds certificates
alter table tokens.provisioning add column certifies boolean not null default false; -- the commands that went out bring them
alter table tokens.provisioning drop constraint provisioning_purpose_check;
alter table tokens.provisioning add constraint provisioning_purpose_check
  check (purpose in ('personalise', 'certify', 'erase'));
