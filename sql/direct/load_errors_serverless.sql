-- The same where nothing but the newer views can be asked, which do not tell what the record said.
-- grain: one refused record
select
  rtrim(file_name) as path, line_number, rtrim(column_name) as column_name, error_code,
  rtrim(error_message) as reason, '' as raw_line, '' as raw_field
from sys_load_error_detail
where session_id = :session
  and query_id > :after
  and start_time >= cast(:since as timestamp)
order by file_name, line_number;
