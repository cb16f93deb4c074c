-- No songplay_id and no event key stands twice in songplays.
-- grain: one repeated key
select 'songplay_id' as key, cast(songplay_id as varchar(256)) as value, count(*) as row_count
from songplays
group by songplay_id
having count(*) > 1
union all
select
  'session_id, item_in_session, start_time, user_id',
  cast(session_id as varchar(64)) || ', ' || cast(item_in_session as varchar(64)) || ', '
    || cast(start_time as varchar(64)) || ', ' || cast(user_id as varchar(64)),
  count(*)
from songplays
group by session_id, item_in_session, start_time, user_id
having count(*) > 1;
