-- Tables and views.
-- needs: catalog_relations
create view svv_redshift_tables as
select current_database_name() as database_name, nspname as schema_name, relname as table_name,
    case when kind = 'r' then 'TABLE' else 'VIEW' end as table_type,
        cast(null as varchar) as table_acl,
    coalesce(description, '') as remarks
from catalog_relations
where not is_system;
