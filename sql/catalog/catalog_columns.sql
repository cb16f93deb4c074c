-- Columns of all relations.
-- needs: catalog_relations
create view catalog_columns as
select
    r.oid as relation,
    c.column_name as name,
    c.column_index as number,
    c.data_type,
    coalesce((r.layout -> 'columns' -> c.column_name ->> 'type'), '') as declared,
    not c.is_nullable as is_not_null,
    c.column_default as default_text,
    lower((r.layout -> 'columns' -> c.column_name ->> 'encode')) as encoding,
    coalesce((r.layout ->> 'distkey') = c.column_name, false) as is_distkey,
    coalesce(list_position(cast((r.layout -> 'sortkey') as varchar[]), c.column_name), 0)
    * case when (r.layout ->> 'sortstyle') = 'interleaved'
        and list_position(cast((r.layout -> 'sortkey') as varchar[]),
        c.column_name) % 2 = 0 then -1 else 1 end as sortkey_position,
    (r.layout -> 'columns' -> c.column_name -> 'identity') as identity,
    (r.layout -> 'columns' -> c.column_name ->> 'generated') as generated,
    c.comment,
    type_number(c.data_type, coalesce((r.layout -> 'columns' -> c.column_name ->> 'type'),
        '')) as type_number,
    type_modifier(c.data_type, coalesce((r.layout -> 'columns' -> c.column_name ->> 'type'),
        '')) as type_modifier,
    r.relname,
    r.nspname,
    r.namespace,
    r.kind,
    r.is_system
from duckdb_columns() as c
inner join catalog_relations as r on c.table_oid = r.engine_oid;
