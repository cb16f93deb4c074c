-- Rows in which COPY replaced bytes that are no UTF-8 (ACCEPTINVCHARS).
create table stl_replacements (
    userid integer,
    query bigint,
    slice integer,
    tbl bigint,
    starttime timestamp,
    session integer,
    filename varchar,
    line_number bigint,
    colname varchar,
    raw_line varchar
);
