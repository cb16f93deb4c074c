-- There are as many songplays as NextSong events of known users, and sessions count the same.
-- grain: one count that differs
select counted_by, play_count, expected_count
from (
  select
    'songplays' as counted_by,
    (select count(*) from songplays) as play_count,
    (select count(*) from events where page = 'NextSong' and user_id is not null)
      as expected_count
  union all
  select
    'sessions.play_count',
    (select coalesce(sum(play_count), 0) from sessions),
    (select count(*) from songplays)
  union all
  select
    'sessions.event_count',
    (select coalesce(sum(event_count), 0) from sessions),
    (select count(*) from events)
) as counted
where play_count <> expected_count;
