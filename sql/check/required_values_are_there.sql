-- Columns that must hold a value hold one.
-- grain: one column with rows that lack a value
select table_name, column_name, row_count
from (
  select 'songplays' as table_name, 'start_time' as column_name, count(*) as row_count
  from songplays
  where start_time is null
  union all
  select 'songplays', 'user_id', count(*)
  from songplays
  where user_id is null
  union all
  select 'songplays', 'session_id', count(*)
  from songplays
  where session_id is null
  union all
  select 'events', 'event_time, session_id, item_in_session or page', count(*)
  from events
  where event_time is null
    or session_id is null
    or item_in_session is null
    or page is null
  union all
  select 'users', 'user_id', count(*)
  from users
  where user_id is null
  union all
  select 'songs', 'song_id or artist_id', count(*)
  from songs
  where song_id is null
    or artist_id is null
  union all
  select 'artists', 'artist_id', count(*)
  from artists
  where artist_id is null
  union all
  select 'time', 'start_time or a part of it', count(*)
  from time
  where start_time is null
    or hour is null
    or day is null
    or week is null
    or month is null
    or year is null
    or weekday is null
) as counted
where row_count > 0;
