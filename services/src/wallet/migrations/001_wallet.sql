create schema if not exists wallet;

-- A user is a mobile number. The id is its keyed hash; the number itself is sealed.
create table wallet.user (
  user_id text primary key,
  mobile_sealed bytea not null,
  born_at_ms bigint not null
);

-- The last sign-in code of a mobile number, as a keyed hash.
create table wallet.sign_in (
  user_id text primary key,
  request_id text not null,
  code_hash text not null,
  delivered boolean not null,
  expires_at_ms bigint not null,
  tries jsonb not null,
  session jsonb,
  hour_began_ms bigint not null,
  codes_in_hour int not null,
  version bigint not null
);

-- Sessions by the keyed hash of their key.
create table wallet.session (
  session_hash text primary key,
  user_id text not null,
  opened_at_ms bigint not null,
  expires_at_ms bigint not null
);

-- A phone with its eight leaves as one value. The id is a keyed hash of its element, so one element is one device.
create table wallet.device (
  device_id text primary key,
  user_id text not null,
  name text not null,
  element_id text not null,
  element_certificate text not null,
  state text not null check (state in ('open', 'locked', 'wiped')),
  leaves jsonb not null,
  registered_at_ms bigint not null,
  locked_at_ms bigint,
  closed_at_ms bigint, -- since when it is locked or wiped
  look_at_ms bigint,
  version bigint not null
);
create index device_of_user on wallet.device (user_id, registered_at_ms, device_id);
create index device_to_look_at on wallet.device (look_at_ms, device_id) where look_at_ms is not null;

-- Commands of holders: what was asked, under which id, and the answer once there is one.
create table wallet.command (
  user_id text not null,
  request_id text not null,
  digest bytea not null, -- keyed hash: bodies hold codes and envelopes
  plan jsonb,
  answer jsonb,
  asked_at_ms bigint not null,
  primary key (user_id, request_id)
);

-- Whose an enrolment id is: nobody follows another device's enrolment.
create table wallet.enrolment (
  enrolment_id text primary key,
  device_id text not null,
  asked_at_ms bigint not null
);
create index enrolment_of_device on wallet.enrolment (device_id, asked_at_ms);

-- Which device a token lives on, also after its leaf was freed.
create table wallet.token (
  token_reference text primary key,
  device_id text not null,
  token_last_four text not null
);

-- What happened on a device's cards. The sequence is the device's version that wrote it.
create table wallet.history (
  device_id text not null,
  sequence bigint not null,
  at_ms bigint not null,
  token_reference text not null,
  token_last_four text not null,
  kind text not null check (kind in ('payment', 'reversal', 'state')),
  amount_minor bigint,
  currency text,
  merchant text,
  approved boolean not null,
  code text,
  primary key (device_id, sequence)
);

-- Notifications that were taken, so that each counts once.
create table wallet.notification (
  device_id text not null,
  notification_id text not null,
  digest bytea not null,
  taken_at_ms bigint not null,
  primary key (device_id, notification_id)
);
