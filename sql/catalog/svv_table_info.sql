-- Tables with their layout and size.
-- needs: catalog_columns
create view svv_table_info as
select
    current_database_name() as "database",
    r.nspname as "schema",
    r.oid as table_id,
    r.relname as "table",
    case when max(c.encoding) is null then 'Y, AUTO(ENCODE)' else 'Y' end as encoded,
    case (r.layout ->> 'diststyle')
        when 'key' then 'KEY(' || ((r.layout ->> 'distkey')) || ')'
        when 'even' then 'EVEN'
        when 'all' then 'ALL'
        else 'AUTO(ALL)'
    end as diststyle,
    case
        when (r.layout ->> 'sortstyle') = 'interleaved' then 'INTERLEAVED'
        when (r.layout -> 'sortkey') is not null then (r.layout -> 'sortkey' ->> 0)
        else 'AUTO(SORTKEY)'
    end as sortkey1,
    coalesce(max(case when c.type_number = 1043 then c.type_modifier - 4 end), 0) as max_varchar,
    max(case when abs(c.sortkey_position) = 1 then coalesce(c.encoding,
        'none') end) as sortkey1_enc,
    cast(coalesce(json_array_length((r.layout -> 'sortkey')), 0) as integer) as sortkey_num,
    cast(1 as bigint) as size,
    cast(0 as decimal(10, 4)) as pct_used,
    cast(0 as bigint) as empty,
    cast(case when (r.layout -> 'sortkey') is not null then 0 end as decimal(5, 2)) as unsorted,
    cast(0 as decimal(5, 2)) as stats_off,
    cast(r.row_count as decimal(38, 0)) as tbl_rows,
    cast(null as decimal(19, 2)) as skew_sortkey1,
    cast(null as decimal(19, 2)) as skew_rows,
    cast(r.row_count as decimal(38, 0)) as estimated_visible_rows,
    cast(null as varchar) as risk_event,
    cast(null as decimal(12, 2)) as vacuum_sort_benefit,
    cast(null as timestamp) as create_time
from catalog_relations as r
left join catalog_columns as c on r.oid = c.relation
where r.kind = 'r' and not r.is_system
group by all;
