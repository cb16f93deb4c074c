-- The tracks and their plays that reports read are those of songplays.
-- grain: one track, session and day in which they differ
select
  day, session_id, user_id, level, song_title, artist_name, length_seconds, song_id, match_method,
  sum(plays) as plays,
  sum(listened) as listened_seconds
from (
  select
    p.day, p.session_id, p.user_id, p.level, t.song_title, t.artist_name, t.length_seconds,
    t.song_id, t.match_method,
    1 as plays,
    coalesce(p.listened_seconds, 0) as listened
  from track_plays p
  left join tracks t on t.track_id = p.track_id
  union all
  select
    cast(start_time as date), session_id, user_id, level, song_title, artist_name, length_seconds,
    song_id, match_method,
    -1,
    coalesce(-listened_seconds, 0)
  from songplays
) as both_sides
group by
  day, session_id, user_id, level, song_title, artist_name, length_seconds, song_id, match_method
having sum(plays) <> 0
  or abs(sum(listened)) > 0.001;
