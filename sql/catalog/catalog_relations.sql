-- Tables and views, those of the catalogue included.
-- needs: catalog_schemas
create view catalog_relations as
select
    table_oid as oid,
    table_name as relname,
    case when temporary then schema_oid
        when schema_name = 'main' then 2200 else schema_oid end as namespace,
    case when temporary then 'pg_temp_1' else schema_as_public(schema_name) end as nspname,
    'r' as kind,
    temporary as is_temporary,
    cast(estimated_size as bigint) as row_count,
    cast(column_count as integer) as column_count,
    layout_of(comment) as layout,
    comment_of(comment) as description,
    cast(null as varchar) as definition,
    false as is_system
from duckdb_tables()
where temporary or database_name = current_database()
union all
select
    view_oid,
    view_name,
    case when temporary then schema_oid when schema_name = 'main' then 2200 else schema_oid end,
    case when temporary then 'pg_temp_1' else schema_as_public(schema_name) end,
    'v',
    temporary,
    0,
    cast(column_count as integer),
    null,
    comment,
    regexp_replace("sql", '^CREATE (OR REPLACE )?(TEMP )?VIEW .*? AS ', ''),
    false
from duckdb_views()
where not internal and (temporary or database_name = current_database())
union all
select
    oid,
    case
        when starts_with(name, 'information_schema_') then substring(name, 20)
        else name
    end,
    case when starts_with(name, 'information_schema_') then 13 else 11 end,
    case when starts_with(name,
        'information_schema_') then 'information_schema' else 'pg_catalog' end,
    kind,
    false,
    0,
    column_count,
    null,
    null,
    null,
    true
from (
    select table_oid as oid, table_name as name, 'r' as kind,
        cast(column_count as integer) as column_count
    from duckdb_tables()
    where database_name = 'redshift_catalog'
    union all
    select view_oid, view_name, 'v', cast(column_count as integer)
    from duckdb_views()
    where database_name = 'redshift_catalog' and not internal
)
where not starts_with(name, 'catalog_');
