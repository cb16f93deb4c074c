-- Rows that COPY could not load, as it found them.
create table stl_load_errors (
    userid integer,
    slice integer,
    tbl integer,
    starttime timestamp,
    session integer,
    query bigint,
    filename varchar,
    line_number bigint,
    colname varchar,
    "type" varchar,
    col_length varchar,
    "position" integer,
    raw_line varchar,
    raw_field_value varchar,
    err_code integer,
    err_reason varchar,
    is_partial integer,
    start_offset bigint,
    copy_job_id bigint
);
