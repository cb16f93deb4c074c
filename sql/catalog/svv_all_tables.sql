-- Tables and views.
-- needs: catalog_relations
create view svv_all_tables as
select current_database_name() as database_name, nspname as schema_name, relname as table_name,
    cast(null as varchar) as table_acl,
        case when kind = 'r' then 'TABLE' else 'VIEW' end as table_type,
    coalesce(description, '') as remarks
from catalog_relations;
