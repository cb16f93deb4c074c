-- The rows of stl_load_errors under the names of the newer system views.
-- needs: stl_load_errors
create view sys_load_error_detail as
select
    userid as user_id,
    query as query_id,
    cast(0 as bigint) as transaction_id,
    session as session_id,
    current_database() as database_name,
    tbl as table_id,
    starttime as start_time,
    filename as file_name,
    line_number,
    colname as column_name,
    "type" as column_type,
    col_length as column_length,
    "position",
    err_code as error_code,
    err_reason as error_message,
    is_partial,
    start_offset,
    copy_job_id
from stl_load_errors;
