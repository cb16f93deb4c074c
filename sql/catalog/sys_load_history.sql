-- Each COPY, and what came of it.
create table sys_load_history (
    user_id integer,
    query_id bigint,
    transaction_id bigint,
    session_id integer,
    database_name varchar,
    status varchar,
    table_name varchar,
    start_time timestamp,
    end_time timestamp,
    duration bigint,
    data_source varchar,
    file_format varchar,
    loaded_rows bigint,
    loaded_bytes bigint,
    source_file_count integer,
    source_file_bytes bigint,
    file_count_scanned integer,
    file_bytes_scanned bigint,
    error_count bigint,
    copy_job_id bigint
);
