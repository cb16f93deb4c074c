-- Schemas, as the SQL standard has them.
-- needs: catalog_schemas
create view information_schema_schemata as
select current_database_name() as catalog_name, nspname as schema_name,
    current_user_name() as schema_owner,
    cast(null as varchar) as default_character_set_catalog,
        cast(null as varchar) as default_character_set_schema,
    cast(null as varchar) as default_character_set_name, cast(null as varchar) as sql_path
from catalog_schemas;
