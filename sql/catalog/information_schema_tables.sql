-- Tables and views, as the SQL standard has them.
-- needs: catalog_relations
create view information_schema_tables as
select
    current_database_name() as table_catalog,
    nspname as table_schema,
    relname as table_name,
    case when is_temporary then 'LOCAL TEMPORARY'
        when kind = 'r' then 'BASE TABLE' else 'VIEW' end as table_type,
    cast(null as varchar) as self_referencing_column_name,
    cast(null as varchar) as reference_generation,
    cast(null as varchar) as user_defined_type_catalog,
    cast(null as varchar) as user_defined_type_schema,
    cast(null as varchar) as user_defined_type_name,
    'YES' as is_insertable_into,
    'NO' as is_typed,
    cast(null as varchar) as commit_action
from catalog_relations;
