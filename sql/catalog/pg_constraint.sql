-- Keys.
-- needs: catalog_keys
create view pg_constraint as
select
    k.oid,
    2606 as tableoid,
    k.name as conname,
    k.namespace as connamespace,
    k.kind as contype,
    false as condeferrable,
    false as condeferred,
    true as convalidated,
    k.relation as conrelid,
    0 as contypid,
    case when k.kind = 'f' then coalesce(target.oid, 0) else k.oid end as conindid,
    0 as conparentid,
    coalesce(k.other_relation, 0) as confrelid,
    'a' as confupdtype,
    'a' as confdeltype,
    'u' as confmatchtype,
    true as conislocal,
    0 as coninhcount,
    true as connoinherit,
    list_transform(
        k.columns,
        lambda column_name: cast(list_position(own.names, column_name) as smallint)
    ) as conkey,
    case
        when k.kind = 'f'
            then list_transform(
                k.other_columns,
                lambda column_name: cast(list_position(other.names, column_name) as smallint)
            )
    end as confkey,
    cast(null as varchar) as conbin,
    cast(null as varchar) as consrc
from catalog_keys as k
left join (
    select relation, list(name order by number) as names from catalog_columns group by relation
) as own on k.relation = own.relation
left join (
    select relation, list(name order by number) as names from catalog_columns group by relation
) as other on k.other_relation = other.relation
left join (
    select relation, columns, min(oid) as oid
    from catalog_keys
    where kind in ('p', 'u')
    group by relation, columns
) as target on k.other_relation = target.relation and k.other_columns = target.columns;
