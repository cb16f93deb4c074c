-- Records that were refused, each with its place and its text, the newest load first.
-- title: Refused records
-- unit: bytes
-- grain: one refused record of one load
-- parameters: from, to, top
-- column load_id: the load that refused it
-- column file: where it lies
-- column line: in the uncompressed file, from 1
-- column byte_column: where in the line it goes wrong, in bytes from 1
-- column reason: what is wrong
-- column column_name: the column that it is wrong with; NULL: the record as a whole
-- column raw_text: the first 1000 characters of what it says
-- column raw_bytes: how long it is
-- caveat: `from` and `to` are days on which the load began, not days of events. etl_rejects holds
--   the whole text, up to 1 MiB of it.
with ranked as (
  select
    row_number() over (order by r.load_id desc, r.file, r.line, r.byte_column) as rank,
    r.load_id,
    r.file,
    r.line,
    r.byte_column,
    r.reason,
    r.column_name,
    r.raw_text,
    r.raw_bytes
  from etl_rejects r
  join etl_loads l on l.load_id = r.load_id
  where l.started_at >= cast(:from as timestamp)
    and l.started_at < dateadd(day, 1, cast(:to as timestamp))
)
select
  load_id,
  file,
  line,
  byte_column,
  reason,
  column_name,
  left(raw_text, 1000) as raw_text,
  raw_bytes
from ranked
where rank <= :top
order by rank;
