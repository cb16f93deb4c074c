-- Links known plays to songs that arrived or changed, closes plays whose next event has arrived
-- since, and adds the new plays.
-- grain: one NextSong event of a known user
-- needs: matches, session_steps
drop table if exists etl_relinked_plays;

create temp table etl_relinked_plays as
select p.songplay_id, m.song_id, m.artist_id, m.match_method
from songplays p
join etl_affected_artist_names f on f.artist_name = p.artist_name
left join etl_matches m
  on m.song_title = coalesce(p.song_title, '')
  and m.artist_name = p.artist_name
  and m.is_length_unknown = case when p.length_seconds is null then 1 else 0 end
  and m.known_length = coalesce(p.length_seconds, 0);

update songplays
set
  song_id = r.song_id,
  artist_id = r.artist_id,
  match_method = r.match_method
from etl_relinked_plays r
where r.songplay_id = songplays.songplay_id
  and (
    coalesce(r.song_id, '') <> coalesce(songplays.song_id, '')
    or coalesce(r.artist_id, '') <> coalesce(songplays.artist_id, '')
    or coalesce(r.match_method, '') <> coalesce(songplays.match_method, '')
  );

update songplays
set listened_seconds = least(songplays.length_seconds, t.seconds_to_next)
from etl_session_steps t
where songplays.start_time between :sessions_from and :sessions_to
  and t.row_id < 0
  and t.is_play = 1
  and t.session_id = songplays.session_id
  and t.item_in_session = songplays.item_in_session
  and t.event_time = songplays.start_time
  and t.user_id = songplays.user_id
  and songplays.length_seconds is not null
  and t.seconds_to_next is not null
  and (
    songplays.listened_seconds is null
    or songplays.listened_seconds <> least(songplays.length_seconds, t.seconds_to_next)
  );

insert into songplays (
  start_time, user_id, level, song_id, artist_id, session_id, location, user_agent,
  item_in_session, song_title, artist_name, length_seconds, listened_seconds, match_method
)
select
  n.ts,
  n.user_id,
  n.level,
  m.song_id,
  m.artist_id,
  n.session_id,
  n.location,
  n.user_agent,
  n.item_in_session,
  n.song,
  n.artist,
  n.length,
  case
    when n.length is not null and t.seconds_to_next is not null
      then least(n.length, t.seconds_to_next)
  end,
  m.match_method
from staging_events n
join etl_session_steps t on t.row_id = n.row_id and t.is_play = 1
left join etl_matches m
  on m.song_title = coalesce(n.song, '')
  and m.artist_name = n.artist
  and m.is_length_unknown = case when n.length is null then 1 else 0 end
  and m.known_length = coalesce(n.length, 0);
