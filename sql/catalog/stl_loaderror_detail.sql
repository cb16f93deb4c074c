-- Fields of the rows of stl_load_errors, one by one.
create table stl_loaderror_detail (
    userid integer,
    slice integer,
    session integer,
    query bigint,
    filename varchar,
    line_number bigint,
    field integer,
    colname varchar,
    "value" varchar,
    is_null integer,
    "type" varchar,
    col_length varchar
);
