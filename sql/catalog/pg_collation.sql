-- Collations.
create view pg_collation as
select 100 as oid, 'default' as collname, 11 as collnamespace, 10 as collowner, 'd' as collprovider,
    -1 as collencoding, cast(null as varchar) as collcollate, cast(null as varchar) as collctype;
