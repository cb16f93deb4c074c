-- Files of one load.
-- title: Files of the load
-- unit: files
-- grain: one file
-- keys: load_id number
-- order: source, path
-- column source: events or songs
-- column path: where it lay
-- column size_bytes: its size there, as it is compressed
-- column rows_read: records in it
-- column rows_loaded: of these, in the warehouse since
-- column duplicates: of these, records that were there already
-- column rejects: of these, records that were refused
-- column unknown_keys: names in its records that the warehouse has no column for
select
  source,
  path,
  size_bytes,
  row_count as rows_read,
  loaded_count as rows_loaded,
  duplicate_count as duplicates,
  reject_count as rejects,
  unknown_key_count as unknown_keys
from etl_files
where load_id = :load_id;
