-- No key of a dimension, of sessions or of level_changes stands twice.
-- grain: one repeated key
select 'users' as table_name, cast(user_id as varchar(256)) as key, count(*) as row_count
from users
group by user_id
having count(*) > 1
union all
select 'songs', song_id, count(*)
from songs
group by song_id
having count(*) > 1
union all
select 'artists', artist_id, count(*)
from artists
group by artist_id
having count(*) > 1
union all
select 'time', cast(start_time as varchar(256)), count(*)
from time
group by start_time
having count(*) > 1
union all
select 'sessions', cast(session_id as varchar(256)), count(*)
from sessions
group by session_id
having count(*) > 1
union all
select
  'level_changes',
  cast(user_id as varchar(64)) || ', ' || cast(changed_at as varchar(64)),
  count(*)
from level_changes
group by user_id, changed_at
having count(*) > 1
union all
select
  'user_history',
  cast(user_id as varchar(64)) || ', ' || cast(valid_from as varchar(64)),
  count(*)
from user_history
group by user_id, valid_from
having count(*) > 1;
