-- Writes the plays of the sessions that gained events anew, as numbers.
-- grain: one songplay
-- needs: songplays, tracks
delete from track_plays
using etl_affected_sessions
where etl_affected_sessions.session_id = track_plays.session_id
  and track_plays.day
    between cast(cast(:sessions_from as timestamp) as date)
    and cast(cast(:sessions_to as timestamp) as date);

insert into track_plays (day, track_id, user_id, session_id, level, listened_seconds)
select
  cast(p.start_time as date), t.track_id, p.user_id, p.session_id, p.level, p.listened_seconds
from songplays p
join etl_affected_sessions a on a.session_id = p.session_id
join tracks t
  on coalesce(t.song_title, '') = coalesce(p.song_title, '')
  and coalesce(t.artist_name, '') = coalesce(p.artist_name, '')
  and coalesce(t.length_seconds, 0) = coalesce(p.length_seconds, 0)
  and case when t.length_seconds is null then 1 else 0 end
    = case when p.length_seconds is null then 1 else 0 end
where p.start_time between :affected_from and :affected_to;
