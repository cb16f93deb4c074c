-- Columns.
-- needs: catalog_columns
create view pg_attribute as
select
    relation as attrelid,
    name as attname,
    cast(type_number as uinteger) as atttypid,
    -1 as attstattarget,
    cast(case type_number when 16 then 1 when 21 then 2 when 23 then 4 when 20 then 8
        when 700 then 4 when 701 then 8 when 1082 then 4 when 1083 then 8 when 1114 then 8
        when 1184 then 8 else -1 end as smallint) as attlen,
    cast(number as smallint) as attnum,
    0 as attndims,
    -1 as attcacheoff,
    type_modifier as atttypmod,
    type_number in (16, 20, 21, 23, 700, 701, 1082) as attbyval,
    case when type_number in (1042, 1043) then 'x' else 'p' end as attstorage,
    'i' as attalign,
    is_not_null as attnotnull,
    default_text is not null as atthasdef,
    false as atthasmissing,
    '' as attidentity,
    '' as attgenerated,
    false as attisdropped,
    true as attislocal,
    0 as attinhcount,
    0 as attcollation,
    cast(null as varchar[]) as attacl,
    cast(null as varchar[]) as attoptions,
    cast(null as varchar[]) as attfdwoptions,
    is_distkey as attisdistkey,
    false as attispreloaded,
    cast(sortkey_position as integer) as attsortkeyord,
    cast(encoding_number(encoding) as integer) as attencodingtype,
    0 as attencrypttype
from catalog_columns;
