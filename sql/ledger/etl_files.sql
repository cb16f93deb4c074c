-- Writes the load's files into the ledger: what became of each file's records.
-- grain: one file of this load
insert into etl_files (
  file_id, load_id, source, path, size_bytes, version, content_hash, row_count, loaded_count,
  duplicate_count, reject_count, unknown_key_count
)
select
  f.file_id,
  :load_id,
  f.source,
  f.path,
  f.size_bytes,
  f.version,
  f.content_hash,
  f.row_count,
  coalesce(k.loaded_count, 0),
  f.row_count - f.reject_count - coalesce(k.loaded_count, 0),
  f.reject_count,
  f.unknown_key_count
from load_files f
left join (
  select file_id, count(*) as loaded_count
  from staging_events
  where is_duplicate = 0
  group by file_id
  union all
  select file_id, count(*)
  from changed_songs
  group by file_id
) as k on k.file_id = f.file_id;
