-- Tables and views.
-- needs: catalog_relations
create view svv_tables as
select
    current_database_name() as table_catalog,
    nspname as table_schema,
    relname as table_name,
    case when is_temporary then 'LOCAL TEMPORARY'
        when kind = 'r' then 'BASE TABLE' else 'VIEW' end as table_type,
    coalesce(description, '') as remarks
from catalog_relations;
