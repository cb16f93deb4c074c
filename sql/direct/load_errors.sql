-- Records that COPYs of a session refused, those of its newer queries.
-- grain: one refused record
select
  rtrim(filename) as path, line_number, rtrim(colname) as column_name, err_code,
  rtrim(err_reason) as reason, rtrim(raw_line) as raw_line, rtrim(raw_field_value) as raw_field
from stl_load_errors
where session = :session
  and query > :after
  and starttime >= cast(:since as timestamp)
order by filename, line_number;
