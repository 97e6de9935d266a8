-- The highest number that a gate is known to have given to a record, 32 behind at most. A journal that ends below it has lost some.
alter table gate.gate add column records_written bigint not null default 0;
