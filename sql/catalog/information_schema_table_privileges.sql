-- Rights: everybody may do everything.
-- needs: catalog_relations
create view information_schema_table_privileges as
select current_user_name() as grantor, current_user_name() as grantee,
    current_database_name() as table_catalog,
    nspname as table_schema, relname as table_name,
    unnest(['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'REFERENCES']) as privilege_type,
        'YES' as is_grantable,
    'NO' as with_hierarchy
from catalog_relations
where not is_system;
