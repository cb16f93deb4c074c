-- How many lines a COPY found in each file, of which it may have refused some.
-- grain: one file of a COPY
select rtrim(file_name) as path, sum(lines_scanned) as line_count
from sys_load_detail
where query_id = :query
group by file_name;
