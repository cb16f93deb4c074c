-- The ledger: files that were loaded, known by their content.
-- row_count = loaded_count + duplicate_count + reject_count, always.
-- grain: one file of one load
create table if not exists etl_files (
  file_id integer not null,
  load_id bigint not null,
  source varchar(64) not null,
  path varchar(4096) not null,
  size_bytes bigint not null,
  version varchar(256) not null,
  content_hash varchar(64) not null,
  row_count bigint not null,
  loaded_count bigint not null,
  duplicate_count bigint not null,
  reject_count bigint not null,
  unknown_key_count bigint not null,
  primary key (file_id)
);
