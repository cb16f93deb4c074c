-- Views, as the SQL standard has them.
-- needs: catalog_relations
create view information_schema_views as
select current_database_name() as table_catalog, nspname as table_schema, relname as table_name,
    definition as view_definition, 'NONE' as check_option, 'NO' as is_updatable,
        'NO' as is_insertable_into
from catalog_relations
where kind = 'v';
