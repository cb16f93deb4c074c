-- Records that were refused, by reason and the column that it concerns.
-- title: Rejects
-- unit: records
-- grain: one reason and column
-- parameters: from, to
-- shape: rejects
-- rows rejects: reason_rejects
-- column reason: what is wrong with them
-- column column_name: the column that it is wrong with; NULL: the record as a whole
-- column rejects: records refused
-- column files: files that they are in
-- column loads: loads that refused them
-- column last_load: the newest of these
-- caveat: `from` and `to` are days on which the load began, not days of events. A file that is
--   tried again counts again: a refused load keeps its rejects.
select
  r.reason,
  r.column_name,
  count(*) as rejects,
  count(distinct r.file) as files,
  count(distinct r.load_id) as loads,
  max(r.load_id) as last_load
from etl_rejects r
join etl_loads l on l.load_id = r.load_id
where l.started_at >= cast(:from as timestamp)
  and l.started_at < dateadd(day, 1, cast(:to as timestamp))
group by r.reason, r.column_name
order by rejects desc, r.reason, r.column_name;
