-- Defaults of columns.
-- needs: catalog_columns
create view pg_attrdef as
select
    cast(relation * 1000 + number as bigint) as oid,
    relation as adrelid,
    cast(number as smallint) as adnum,
    case
        when identity is not null
            then format('"identity"({}, {}, ''{},{}''::text)', relation, number - 1,
                (identity ->> 0), (identity ->> 1))
        else default_text
    end as adbin,
    case
        when identity is not null
            then format('"identity"({}, {}, ''{},{}''::text)', relation, number - 1,
                (identity ->> 0), (identity ->> 1))
        else default_text
    end as adsrc
from catalog_columns
where default_text is not null;
