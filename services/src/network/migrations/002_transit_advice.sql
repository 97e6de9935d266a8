-- A transit advice is kept as a purchase is; it gets a verdict, and no bank sees it.
alter table network.message
  add column kind text not null default 'purchase' check (kind in ('purchase', 'advice'));
