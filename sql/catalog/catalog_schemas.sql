-- The schemas clients see.
-- needs: functions_of_catalog, functions_of_pg_types
create view catalog_schemas as
select
    case when schema_name = 'main' then 2200 else oid end as oid,
    schema_name as engine_name,
    schema_as_public(schema_name) as nspname,
    comment
from duckdb_schemas()
where database_name = current_database()
union all
select oid, 'main', 'pg_temp_1',
    null from duckdb_schemas() where database_name = 'temp' and schema_name = 'main'
union all
values (11, 'pg_catalog', 'pg_catalog', null), (13, 'information_schema', 'information_schema',
    null);
