-- Each UNLOAD, and what came of it.
create table sys_unload_history (
    user_id integer,
    query_id bigint,
    transaction_id bigint,
    session_id integer,
    database_name varchar,
    status varchar,
    start_time timestamp,
    end_time timestamp,
    duration bigint,
    file_format varchar,
    compression_type varchar,
    unloaded_location varchar,
    unloaded_rows bigint,
    unloaded_files_count bigint,
    unloaded_files_size bigint,
    error_message varchar
);
