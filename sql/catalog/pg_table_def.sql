-- Columns with what the table's layout says of them.
-- needs: catalog_columns
create view pg_table_def as
select
    nspname as schemaname,
    relname as tablename,
    name as "column",
    format_type(type_number, type_modifier) as "type",
    coalesce(nullif(encoding, 'raw'), 'none') as "encoding",
    is_distkey as "distkey",
    cast(sortkey_position as integer) as "sortkey",
    is_not_null as "notnull"
from catalog_columns
where kind = 'r' and not is_system
order by nspname, relname, number;
