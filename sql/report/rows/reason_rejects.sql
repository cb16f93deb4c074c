-- Records that were refused for one reason and column.
-- title: Records refused
-- unit: records
-- grain: one refused record of one load
-- parameters: from, to
-- keys: reason text, column_name text
-- order: load_id desc, file, line, byte_column
-- column load_id: the load that refused it
-- column file: where it lies
-- column line: in the uncompressed file, from 1
-- column byte_column: where in the line it goes wrong, in bytes from 1
-- column reason: what is wrong
-- column column_name: the column that it is wrong with; NULL: the record as a whole
-- column raw_text: what it says, up to 1 MiB of it
-- column raw_bytes: how long it is
select
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
where r.reason = :reason
  and (r.column_name = :column_name or r.column_name is null and :column_name is null)
  and l.started_at >= cast(:from as timestamp)
  and l.started_at < dateadd(day, 1, cast(:to as timestamp));
