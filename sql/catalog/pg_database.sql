-- The one database.
-- needs: functions_of_catalog
create view pg_database as
select
    1 as oid,
    current_database_name() as datname,
    100 as datdba,
    6 as "encoding",
    'C' as datcollate,
    'C' as datctype,
    false as datistemplate,
    true as datallowconn,
    -1 as datconnlimit,
    0 as datlastsysoid,
    0 as datfrozenxid,
    1663 as dattablespace,
    cast(null as varchar[]) as datacl,
    cast(null as varchar[]) as datconfig;
