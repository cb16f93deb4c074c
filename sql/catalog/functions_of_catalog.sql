-- What the catalogue's views are made with.
-- Layouts are JSON in a table's comment, beside the user's own (ddl/layout.hpp).
create macro layout_of(comment) as
    case when starts_with(comment, '{"redshift":') then try_cast(comment as json) -> 'redshift' end;
create macro comment_of(comment) as
    case
        when starts_with(comment, '{"redshift":') then try_cast(comment as json) ->> 'comment'
        else comment
    end;

-- The schema main of the warehouse is called public.
create macro schema_as_public(name) as case when name = 'main' then 'public' else name end;

-- Types: by DuckDB's name, and by what the definition said of texts.
create macro declared_length(declared) as
    cast(nullif(regexp_extract(declared, '[(]([0-9]+)[)]', 1), '') as integer);
create macro type_number(data_type, declared) as
    case
        when declared like 'character(%' then 1042
        when declared = 'super' or data_type = 'JSON' then 4000
        when data_type = 'VARCHAR' then 1043
        when data_type = 'BOOLEAN' then 16
        when data_type in ('TINYINT', 'UTINYINT', 'SMALLINT') then 21
        when data_type in ('USMALLINT', 'INTEGER') then 23
        when data_type in ('UINTEGER', 'BIGINT', 'HUGEINT') then 20
        when data_type in ('UBIGINT', 'UHUGEINT', 'BIGNUM') then 1700
        when data_type = 'FLOAT' then 700
        when data_type = 'DOUBLE' then 701
        when data_type like 'DECIMAL(%' and data_type not like '%]' then 1700
        when data_type = 'DATE' then 1082
        when data_type in ('TIME', 'TIME_NS') then 1083
        when data_type = 'TIME WITH TIME ZONE' then 1266
        when data_type in ('TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS') then 1114
        when data_type = 'TIMESTAMP WITH TIME ZONE' then 1184
        when data_type = 'INTERVAL' then 1186
        when data_type in ('BLOB', 'BIT') then 6551
        when data_type = 'UUID' then 2950
        when data_type = 'INTEGER[]' then 1007
        when data_type = 'BIGINT[]' then 1016
        when data_type = 'SMALLINT[]' then 1005
        when data_type = 'VARCHAR[]' then 1009
        when data_type = 'DOUBLE[]' then 1022
        when data_type like '%]' or data_type like 'STRUCT(%' or data_type like 'MAP(%' then 4000
        else 1043
    end;
create macro type_modifier(data_type, declared) as
    case
        when declared like 'character%' then redshift_catalog.main.declared_length(declared) + 4
        when data_type like 'DECIMAL(%' and data_type not like '%]' then
            (cast(regexp_extract(data_type, '[(]([0-9]+),', 1) as integer) << 16)
            + cast(regexp_extract(data_type, ',([0-9]+)[)]', 1) as integer) + 4
        when redshift_catalog.main.type_number(data_type, declared) = 1043 then 65539
        else -1
    end;

-- A session's values. catalog::set_value() says what they are; here is what they are without one.
create macro current_user_name() as coalesce(getvariable('redshift_user'), 'sparkify');
create macro current_database_name() as coalesce(getvariable('redshift_database'),
    current_database());
create macro current_schema_name() as redshift_catalog.main.schema_as_public(current_schema());
create macro setting(name) as
    case lower(name)
        when 'server_version' then '8.0.2'
        when 'server_version_num' then '80002'
        when 'server_encoding' then 'UTF8'
        when 'client_encoding' then 'UTF8'
        when 'datestyle' then 'ISO, MDY'
        when 'timezone' then 'UTC'
        when 'standard_conforming_strings' then 'off'
        when 'search_path' then coalesce(getvariable('redshift_search_path'), '$user, public')
        when 'transaction_isolation' then 'serializable'
        when 'max_index_keys' then '32'
        when 'is_superuser' then 'on'
        when 'session_authorization' then redshift_catalog.main.current_user_name()
    end;
create macro encoding_number(name) as
    coalesce(list_position(['bytedict', 'delta', 'lzo', 'runlength', 'text255', 'text32k',
        'mostly8',
        'mostly16', 'mostly32', 'delta32k', 'zstd', 'az64'], lower(name)), 0);
