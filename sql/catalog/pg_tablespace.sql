-- Tablespaces.
create view pg_tablespace as
select 1663 as oid, 'pg_default' as spcname, 10 as spcowner, cast(null as varchar) as spclocation,
    cast(null as varchar[]) as spcacl, cast(null as varchar[]) as spcoptions;
