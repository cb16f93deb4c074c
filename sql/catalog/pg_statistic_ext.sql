-- Extended statistics: none.
create view pg_statistic_ext as
select 0 as oid, 0 as stxrelid, '' as stxname, 0 as stxnamespace,
    cast([] as varchar[]) as stxkind where false;
