-- Columns.
-- needs: information_schema_columns
create view svv_all_columns as
select table_catalog as database_name, table_schema as schema_name, table_name, column_name,
    ordinal_position,
    column_default, is_nullable, data_type, character_maximum_length, numeric_precision,
        numeric_scale,
    '' as remarks
from information_schema_columns;
