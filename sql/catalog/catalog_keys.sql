-- Primary, unique and foreign keys, which are remembered and not enforced.
-- needs: catalog_columns
create view catalog_keys as
with keys as (
    select oid as relation, relname, nspname, namespace, 'p' as kind, 0 as number,
        (layout -> 'primary_key') as key
    from catalog_relations
    where (layout -> 'primary_key') is not null
    union all
    select relation, relname, nspname, namespace, 'u', 100 + number,
        (layout -> 'unique' -> (cast(number as integer) - 1))
    from (
        select oid as relation, relname, nspname, namespace, layout,
            unnest(range(1, cast(json_array_length((layout -> 'unique')) as bigint) + 1)) as number
        from catalog_relations
        where (layout -> 'unique') is not null
    )
    union all
    select relation, relname, nspname, namespace, 'f', 200 + number,
        (layout -> 'foreign_keys' -> (cast(number as integer) - 1))
    from (
        select oid as relation, relname, nspname, namespace, layout,
            unnest(range(1,
                cast(json_array_length((layout -> 'foreign_keys')) as bigint) + 1)) as number
        from catalog_relations
        where (layout -> 'foreign_keys') is not null
    )
)
select
    cast(k.relation * 1000 + k.number as bigint) as oid,
    k.relation,
    k.relname,
    k.nspname,
    k.namespace,
    k.kind,
    (k.key ->> 'name') as name,
    cast((k.key -> 'columns') as varchar[]) as columns,
    (k.key ->> 'table') as other_table,
    schema_as_public(coalesce((k.key ->> 'schema'), k.nspname)) as other_schema,
    coalesce(
        nullif(cast((k.key -> 'referenced') as varchar[]), []),
        cast((other.layout -> 'primary_key' -> 'columns') as varchar[]),
        []
    ) as other_columns,
    other.oid as other_relation
from keys as k
left join catalog_relations as other
    on k.kind = 'f'
    and other.kind = 'r'
    and other.relname = (k.key ->> 'table')
    and other.nspname = schema_as_public(coalesce((k.key ->> 'schema'), k.nspname));
