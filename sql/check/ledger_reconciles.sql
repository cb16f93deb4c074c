-- Every record read is loaded, a duplicate or a reject; files, loads, rejects and events agree.
-- grain: one count that does not add up
select 'file ' || path as subject, row_count as expected_count,
  loaded_count + duplicate_count + reject_count as found_count
from etl_files
where row_count <> loaded_count + duplicate_count + reject_count
  or loaded_count < 0
  or duplicate_count < 0
  or reject_count < 0
union all
select 'load ' || cast(l.load_id as varchar(64)), l.rows_read, coalesce(f.row_count, 0)
from etl_loads l
left join (
  select load_id, sum(row_count) as row_count
  from etl_files
  group by load_id
) as f on f.load_id = l.load_id
where l.status = 'loaded'
  and l.rows_read <> coalesce(f.row_count, 0)
union all
select 'rejects of load ' || cast(l.load_id as varchar(64)), l.rejects, coalesce(r.row_count, 0)
from etl_loads l
left join (
  select load_id, count(*) as row_count
  from etl_rejects
  group by load_id
) as r on r.load_id = l.load_id
where l.rejects <> coalesce(r.row_count, 0)
union all
select 'events loaded', expected_count, found_count
from (
  select
    (select coalesce(sum(loaded_count), 0) from etl_files where source = 'events')
      as expected_count,
    (select count(*) from events) as found_count
) as counted
where expected_count <> found_count;
