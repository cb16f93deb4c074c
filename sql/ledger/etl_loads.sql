-- Puts the load on record.
-- grain: one load
insert into etl_loads (
  load_id, status, started_at, finished_at, files_loaded, rows_read, rows_loaded, duplicates,
  rejects, error
)
select
  :load_id,
  'loaded',
  :started_at,
  :finished_at,
  count(*),
  coalesce(sum(row_count), 0),
  coalesce(sum(loaded_count), 0),
  coalesce(sum(duplicate_count), 0),
  coalesce(sum(reject_count), 0),
  cast(null as varchar(65535))
from etl_files
where load_id = :load_id;
