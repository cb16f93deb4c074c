-- What PostgreSQL's clients take for the indexes of keys.
-- needs: catalog_keys
create view pg_indexes as
select
    nspname as schemaname,
    relname as tablename,
    name as indexname,
    cast(null as varchar) as "tablespace",
    format('CREATE UNIQUE INDEX {} ON {} USING btree ({})', name, relname, array_to_string(columns,
        ', ')) as indexdef
from catalog_keys
where kind <> 'f';
