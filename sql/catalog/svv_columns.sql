-- Columns of tables and views.
-- needs: information_schema_columns, catalog_columns
create view svv_columns as
select
    c.table_catalog, c.table_schema, c.table_name, c.column_name, c.ordinal_position,
        c.column_default,
    c.is_nullable, c.data_type, c.character_maximum_length, c.numeric_precision,
        c.numeric_precision_radix,
    c.numeric_scale, c.datetime_precision, c.interval_type, c.interval_precision,
        c.character_set_catalog,
    c.character_set_schema, c.character_set_name, c.collation_catalog, c.collation_schema,
        c.collation_name,
    c.domain_name, '' as remarks
from information_schema_columns as c
order by c.table_schema, c.table_name, c.ordinal_position;
