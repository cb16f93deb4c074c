-- What PostgreSQL's clients take for the indexes of keys.
-- needs: pg_constraint
create view pg_index as
select
    oid as indexrelid,
    conrelid as indrelid,
    cast(len(conkey) as smallint) as indnatts,
    cast(len(conkey) as smallint) as indnkeyatts,
    true as indisunique,
    contype = 'p' as indisprimary,
    false as indisexclusion,
    true as indimmediate,
    false as indisclustered,
    true as indisvalid,
    false as indcheckxmin,
    true as indisready,
    true as indislive,
    false as indisreplident,
    conkey as indkey,
    cast(null as bigint[]) as indcollation,
    cast(null as bigint[]) as indclass,
    list_transform(conkey, lambda position: 0) as indoption,
    cast(null as varchar) as indexprs,
    cast(null as varchar) as indpred
from pg_constraint
where contype in ('p', 'u');
