-- Schemas.
-- needs: catalog_schemas
create view svv_all_schemas as
select current_database_name() as database_name, nspname as schema_name, 100 as schema_owner,
    'local' as schema_type, cast(null as varchar) as schema_acl,
        cast(null as varchar) as source_database,
    cast(null as varchar) as schema_option
from catalog_schemas;
