-- Extensions: none.
create view pg_extension as
select 0 as oid, '' as extname, 0 as extowner, 0 as extnamespace, false as extrelocatable,
    '' as extversion
where false;
