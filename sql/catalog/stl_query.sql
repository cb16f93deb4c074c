-- Queries that have run.
create table stl_query (
    userid integer,
    query bigint,
    label varchar,
    xid bigint,
    pid integer,
    "database" varchar,
    querytxt varchar,
    starttime timestamp,
    endtime timestamp,
    aborted integer,
    insert_pristine integer,
    concurrency_scaling_status integer
);
