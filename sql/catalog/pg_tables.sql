-- Tables.
-- needs: catalog_relations
create view pg_tables as
select
    nspname as schemaname,
    relname as tablename,
    current_user_name() as tableowner,
    cast(null as varchar) as "tablespace",
    (layout -> 'primary_key') is not null as hasindexes,
    false as hasrules,
    false as hastriggers
from catalog_relations
where kind = 'r';
