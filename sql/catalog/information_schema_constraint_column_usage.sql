-- Columns that keys are about, as the SQL standard has them.
-- needs: catalog_keys
create view information_schema_constraint_column_usage as
select
    current_database_name() as table_catalog,
    case when kind = 'f' then other_schema else nspname end as table_schema,
    case when kind = 'f' then other_table else relname end as table_name,
    unnest(case when kind = 'f' then other_columns else columns end) as column_name,
    current_database_name() as constraint_catalog,
    nspname as constraint_schema,
    name as constraint_name
from catalog_keys;
