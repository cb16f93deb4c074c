-- Columns of keys, as the SQL standard has them.
-- needs: catalog_keys
create view information_schema_key_column_usage as
select
    current_database_name() as constraint_catalog,
    nspname as constraint_schema,
    name as constraint_name,
    current_database_name() as table_catalog,
    nspname as table_schema,
    relname as table_name,
    unnest(columns) as column_name,
    cast(generate_subscripts(columns, 1) as integer) as ordinal_position,
    case when kind = 'f' then cast(generate_subscripts(columns,
        1) as integer) end as position_in_unique_constraint
from catalog_keys;
