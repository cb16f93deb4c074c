-- Files that COPY has read, under the names of the newer system views.
create table sys_load_detail (
    user_id integer,
    query_id bigint,
    file_name varchar,
    bytes_scanned bigint,
    lines_scanned bigint,
    record_time timestamp,
    splits_scanned integer,
    start_time timestamp,
    end_time timestamp,
    file_etag varchar,
    file_last_modified timestamp
);
