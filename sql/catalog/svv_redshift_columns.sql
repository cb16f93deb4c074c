-- Columns with their layout.
-- needs: catalog_columns
create view svv_redshift_columns as
select current_database_name() as database_name, nspname as schema_name, relname as table_name,
    name as column_name, cast(number as integer) as ordinal_position,
    format_type(type_number, type_modifier) as data_type, default_text as column_default,
    case when is_not_null then 'NO' else 'YES' end as is_nullable, coalesce(encoding,
        'none') as "encoding",
    is_distkey as "distkey", cast(sortkey_position as integer) as "sortkey",
        cast(null as varchar) as column_acl,
    comment as remarks
from catalog_columns
where not is_system
order by nspname, relname, number;
