-- Keys, as the SQL standard has them.
-- needs: catalog_keys
create view information_schema_table_constraints as
select
    current_database_name() as constraint_catalog,
    nspname as constraint_schema,
    name as constraint_name,
    current_database_name() as table_catalog,
    nspname as table_schema,
    relname as table_name,
    case kind when 'p' then 'PRIMARY KEY'
        when 'u' then 'UNIQUE' else 'FOREIGN KEY' end as constraint_type,
    'NO' as is_deferrable,
    'NO' as initially_deferred
from catalog_keys;
