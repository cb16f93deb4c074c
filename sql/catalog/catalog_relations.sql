-- Tables and views, those of the catalogue included; where clients know the latter by number, so.
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
    false as is_system,
    table_oid as engine_oid
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
    false,
    view_oid
from duckdb_views()
where not internal and (temporary or database_name = current_database())
union all
select
    case name
        when 'pg_type' then 1247
        when 'pg_attribute' then 1249
        when 'pg_proc' then 1255
        when 'pg_class' then 1259
        when 'pg_database' then 1262
        when 'pg_attrdef' then 2604
        when 'pg_constraint' then 2606
        when 'pg_depend' then 2608
        when 'pg_description' then 2609
        when 'pg_index' then 2610
        when 'pg_namespace' then 2615
        else oid
    end,
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
    true,
    oid
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
