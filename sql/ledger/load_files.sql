-- What reading gave for each file of the running load; etl_files is written from it.
-- Behind the counts: the file_id that its rows in staging bear, which several files may share.
-- grain: one file of the running load
create temp table etl_load_files (
  file_id integer not null,
  source varchar(64) not null,
  path varchar(4096) not null,
  size_bytes bigint not null,
  version varchar(256) not null,
  content_hash varchar(64) not null,
  row_count bigint not null,
  reject_count bigint not null,
  unknown_key_count bigint not null,
  staged_as integer not null
);
