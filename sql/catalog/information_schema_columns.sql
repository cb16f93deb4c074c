-- Columns, as the SQL standard has them.
-- needs: catalog_columns
create view information_schema_columns as
select
    current_database_name() as table_catalog,
    nspname as table_schema,
    relname as table_name,
    name as column_name,
    cast(number as integer) as ordinal_position,
    case
        when identity is not null
            then format('"identity"({}, {}, ''{},{}''::text)', relation, number - 1,
                (identity ->> 0), (identity ->> 1))
        else default_text
    end as column_default,
    case when is_not_null then 'NO' else 'YES' end as is_nullable,
    regexp_replace(format_type(type_number, -1), '[(].*[)]', '') as data_type,
    case when type_number in (1042, 1043) then type_modifier - 4 end as character_maximum_length,
    case when type_number in (1042, 1043) then type_modifier - 4 end as character_octet_length,
    case type_number
        when 21 then 16 when 23 then 32 when 20 then 64 when 700 then 24 when 701 then 53
        when 1700 then case when type_modifier >= 4 then (type_modifier - 4) >> 16 else 38 end
    end as numeric_precision,
    case when type_number in (20, 21, 23, 700,
        701) then 2 when type_number = 1700 then 10 end as numeric_precision_radix,
    case
        when type_number in (20, 21, 23) then 0
        when type_number = 1700 then case
            when type_modifier >= 4 then (type_modifier - 4) & 65535 else 0 end
    end as numeric_scale,
    case when type_number in (1083, 1114, 1184, 1266) then 6 end as datetime_precision,
    cast(null as varchar) as interval_type,
    cast(null as integer) as interval_precision,
    cast(null as varchar) as character_set_catalog,
    cast(null as varchar) as character_set_schema,
    cast(null as varchar) as character_set_name,
    cast(null as varchar) as collation_catalog,
    cast(null as varchar) as collation_schema,
    cast(null as varchar) as collation_name,
    cast(null as varchar) as domain_catalog,
    cast(null as varchar) as domain_schema,
    cast(null as varchar) as domain_name,
    current_database_name() as udt_catalog,
    'pg_catalog' as udt_schema,
    case type_number
        when 16 then 'bool' when 20 then 'int8' when 21 then 'int2' when 23 then 'int4'
            when 700 then 'float4'
        when 701 then 'float8' when 1042 then 'bpchar' when 1043 then 'varchar'
            when 1082 then 'date'
        when 1083 then 'time' when 1114 then 'timestamp' when 1184 then 'timestamptz'
            when 1266 then 'timetz'
        when 1700 then 'numeric' when 4000 then 'super' when 6551 then 'varbyte'
        else format_type(type_number, -1)
    end as udt_name,
    cast(null as integer) as maximum_cardinality,
    cast(number as varchar) as dtd_identifier,
    'NO' as is_self_referencing,
    case when identity is not null then 'YES' else 'NO' end as is_identity,
    case when identity is not null then case
        when generated = 'by default' then 'BY DEFAULT'
        else 'ALWAYS' end end as identity_generation,
    (identity ->> 0) as identity_start,
    (identity ->> 1) as identity_increment,
    'NEVER' as is_generated,
    'YES' as is_updatable
from catalog_columns
order by nspname, relname, number;
