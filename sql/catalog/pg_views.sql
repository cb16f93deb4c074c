-- Views.
-- needs: catalog_relations
create view pg_views as
select
    nspname as schemaname,
    relname as viewname,
    current_user_name() as viewowner,
    definition
from catalog_relations
where kind = 'v';
