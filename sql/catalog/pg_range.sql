-- Range types: none.
create view pg_range as
select 0 as rngtypid, 0 as rngsubtype, 0 as rngmultitypid where false;
