-- Loads that ended, also the refused ones, which changed nothing else.
-- grain: one load
create table if not exists etl_loads (
  load_id bigint not null,
  status varchar(64) not null,
  started_at timestamp not null,
  finished_at timestamp not null,
  files_loaded bigint not null,
  rows_read bigint not null,
  rows_loaded bigint not null,
  duplicates bigint not null,
  rejects bigint not null,
  error varchar(65535),
  primary key (load_id)
);
