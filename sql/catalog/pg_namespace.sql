-- Schemas.
-- needs: catalog_schemas
create view pg_namespace as
select oid, nspname, 100 as nspowner, cast(null as varchar) as nspacl, 2615 as tableoid
from catalog_schemas;
