-- Files that UNLOAD has written.
create table stl_unload_log (
    userid integer,
    query bigint,
    slice integer,
    pid integer,
    path varchar,
    start_time timestamp,
    end_time timestamp,
    line_count bigint,
    transfer_size bigint,
    file_format varchar
);
