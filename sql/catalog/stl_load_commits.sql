-- Files that COPY has read.
create table stl_load_commits (
    userid integer,
    query bigint,
    slice integer,
    name varchar,
    filename varchar,
    byte_offset integer,
    lines_scanned integer,
    errors integer,
    curtime timestamp,
    status integer,
    file_format varchar,
    is_partial integer,
    start_offset bigint,
    copy_job_id bigint
);
