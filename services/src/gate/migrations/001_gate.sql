create schema if not exists gate;

-- Gates: each at a place, the first, second and so on of its line there. Records are not here but in each gate's journal.
create table gate.gate (
  gate_id text primary key,
  operator text not null,
  station text not null,
  line text not null,
  route text not null,
  direction text not null check (direction in ('none', 'in', 'out')),
  number integer not null,
  merchant_class text not null,
  tariff_version bigint not null,
  -- As JSON, in the shape of the contract.
  settings text not null,
  version bigint not null,
  -- Whether the back office knows the key of its records.
  is_enrolled boolean not null,
  -- The deny list that it has; none before its first.
  list_epoch bigint,
  list_version bigint,
  list_issued_at_ms bigint,
  -- How its clock compared with the back office's; none before that was done.
  clock_offset_ms bigint,
  clock_uncertainty_ms bigint,
  clock_at_ms bigint,
  unique (operator, station, line, route, direction, number)
);

-- Deny lists that gates have, each version once.
create table gate.list (
  epoch bigint not null,
  version bigint not null,
  entries bytea not null,
  primary key (epoch, version)
);

-- Who may hold cards to a gate and set it up: a browser or a command line that opened it. Of a key only a hash is kept.
create table gate.door (
  door_id text primary key,
  request_id text not null unique,
  key_hash bytea not null unique,
  gate_id text not null references gate.gate (gate_id),
  used_at_ms bigint not null
);

create index door_used on gate.door (used_at_ms);

-- What was answered to each change of settings.
create table gate.answer (
  request_id text primary key,
  request_digest bytea not null,
  answer text not null
);
