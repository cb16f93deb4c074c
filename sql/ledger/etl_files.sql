-- Writes the load's files into the ledger: what became of each file's records. Where files share
-- their rows, the earlier ones count as loaded first and the last ones as duplicates.
-- grain: one file of this load
insert into etl_files (
  file_id, load_id, source, path, size_bytes, version, content_hash, row_count, loaded_count,
  duplicate_count, reject_count, unknown_key_count
)
select
  file_id,
  :load_id,
  source,
  path,
  size_bytes,
  version,
  content_hash,
  row_count,
  greatest(least(accepted_count, shared_count - earlier_count), 0),
  accepted_count - greatest(least(accepted_count, shared_count - earlier_count), 0),
  reject_count,
  unknown_key_count
from (
  select
    f.file_id, f.source, f.path, f.size_bytes, f.version, f.content_hash, f.row_count,
    f.reject_count, f.unknown_key_count,
    f.row_count - f.reject_count as accepted_count,
    coalesce(k.loaded_count, 0) as shared_count,
    coalesce(cast(sum(f.row_count - f.reject_count) over (
      partition by f.staged_as
      order by f.file_id
      rows between unbounded preceding and 1 preceding
    ) as bigint), 0) as earlier_count
  from etl_load_files f
  left join (
    select file_id, count(*) as loaded_count
    from staging_events
    where is_duplicate = 0
    group by file_id
    union all
    select file_id, count(*)
    from etl_changed_songs
    group by file_id
  ) as k on k.file_id = f.staged_as
) as counted;
