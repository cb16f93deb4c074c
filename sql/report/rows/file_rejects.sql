-- Records of one file that one load refused.
-- title: Records refused
-- unit: records
-- grain: one refused record of one load
-- keys: load_id number, path text
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
where r.load_id = :load_id
  and r.file = :path;
