-- Files that were loaded and what became of their records, the newest load first.
-- title: Files
-- unit: rows
-- grain: one file of one load
-- parameters: from, to, top
-- shape: rows_loaded
-- rows rejects: file_rejects
-- column load_id: the load that read it
-- column source: events or songs
-- column path: where it lay
-- column size_bytes: its size there, as it is compressed
-- column rows_read: records in it
-- column rows_loaded: of these, in the warehouse since
-- column duplicates: of these, records that were there already
-- column rejects: of these, records that were refused
-- column unknown_keys: names in its records that the warehouse has no column for
-- caveat: `from` and `to` are days on which the load began, not days of events. Files of a refused
--   load are not on record.
with ranked as (
  select
    row_number() over (order by f.load_id desc, f.source, f.path) as rank,
    f.load_id,
    f.source,
    f.path,
    f.size_bytes,
    f.row_count,
    f.loaded_count,
    f.duplicate_count,
    f.reject_count,
    f.unknown_key_count
  from etl_files f
  join etl_loads l on l.load_id = f.load_id
  where l.started_at >= cast(:from as timestamp)
    and l.started_at < dateadd(day, 1, cast(:to as timestamp))
)
select
  load_id,
  source,
  path,
  size_bytes,
  row_count as rows_read,
  loaded_count as rows_loaded,
  duplicate_count as duplicates,
  reject_count as rejects,
  unknown_key_count as unknown_keys
from ranked
where rank <= :top
order by rank;
