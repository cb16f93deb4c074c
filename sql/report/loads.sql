-- Loads of the warehouse, also those that were refused, the newest first.
-- title: Loads
-- unit: rows
-- grain: one load
-- parameters: from, to, top
-- shape: rows_loaded
-- rows files_loaded: load_files
-- rows rejects: load_rejects
-- column load_id: counts up
-- column status: loaded, or failed, which changed nothing else
-- column started_at: when it began, UTC
-- column seconds: from its begin to its end
-- column files_loaded: files read to their end; none when it failed
-- column rows_read: records of its files
-- column rows_loaded: of these, in the warehouse since
-- column duplicates: of these, records that were there already
-- column rejects: of these, records that were refused
-- column error: why it failed
-- caveat: `from` and `to` are days on which a load began, not days of events. A load that ended
--   before it could say so, as by a power cut, is not on record and left nothing behind.
with ranked as (
  select
    row_number() over (order by load_id desc) as rank,
    load_id,
    status,
    started_at,
    finished_at,
    files_loaded,
    rows_read,
    rows_loaded,
    duplicates,
    rejects,
    error
  from etl_loads
  where started_at >= cast(:from as timestamp)
    and started_at < dateadd(day, 1, cast(:to as timestamp))
)
select
  load_id,
  status,
  started_at,
  cast(datediff(ms, started_at, finished_at) as double precision) / 1000 as seconds,
  files_loaded,
  rows_read,
  rows_loaded,
  duplicates,
  rejects,
  error
from ranked
where rank <= :top
order by load_id desc;
