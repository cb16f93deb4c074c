-- How much there is of everything. Rejects and duplicates are those of loads that took place.
-- grain: one line of the answer key
select 'artists' as key, count(*) as count
from artists
union all
select 'duplicates', cast(coalesce(sum(duplicates), 0) as bigint)
from etl_loads
where status = 'loaded'
union all
select 'events', count(*)
from events
union all
select 'level_changes', count(*)
from level_changes
union all
select 'rejects', count(*)
from etl_rejects r
join etl_loads l on l.load_id = r.load_id
where l.status = 'loaded'
union all
select 'sessions', count(*)
from sessions
union all
select 'songplays', count(*)
from songplays
union all
select 'songs', count(*)
from songs
union all
select 'user_history_versions', count(*)
from user_history
union all
select 'users', count(*)
from users;
