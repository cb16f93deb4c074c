-- Links known plays to songs that arrived or changed, closes plays whose next event has arrived
-- since, and adds the new plays.
-- grain: one NextSong event of a known user
-- needs: matches, session_steps
drop table if exists relinked_plays;

create temp table relinked_plays as
select
  p.songplay_id,
  b.song_id,
  coalesce(b.artist_id, a.artist_id) as artist_id,
  case
    when b.song_id is not null then b.match_method
    when a.artist_id is not null then 'artist'
  end as match_method
from songplays p
join affected_artist_names f on f.artist_name = p.artist_name
left join best_songs b
  on b.song_title = p.song_title
  and b.artist_name = p.artist_name
  and b.is_length_unknown = case when p.length_seconds is null then 1 else 0 end
  and b.known_length = coalesce(p.length_seconds, 0)
left join best_artists a on a.artist_name = p.artist_name;

update songplays
set
  song_id = r.song_id,
  artist_id = r.artist_id,
  match_method = r.match_method
from relinked_plays r
where r.songplay_id = songplays.songplay_id
  and (
    coalesce(r.song_id, '') <> coalesce(songplays.song_id, '')
    or coalesce(r.artist_id, '') <> coalesce(songplays.artist_id, '')
    or coalesce(r.match_method, '') <> coalesce(songplays.match_method, '')
  );

update songplays
set listened_seconds = least(songplays.length_seconds, t.seconds_to_next)
from session_steps t
where songplays.start_time between :sessions_from and :sessions_to
  and t.session_id = songplays.session_id
  and t.item_in_session = songplays.item_in_session
  and t.event_time = songplays.start_time
  and t.user_id = songplays.user_id
  and songplays.length_seconds is not null
  and t.seconds_to_next is not null
  and coalesce(songplays.listened_seconds, -1)
    <> least(songplays.length_seconds, t.seconds_to_next);

insert into songplays (
  start_time, user_id, level, song_id, artist_id, session_id, location, user_agent,
  item_in_session, song_title, artist_name, length_seconds, listened_seconds, match_method
)
select
  p.event_time,
  p.user_id,
  p.level,
  p.song_id,
  p.artist_id,
  p.session_id,
  p.location,
  p.user_agent,
  p.item_in_session,
  p.song,
  p.artist,
  p.length,
  case
    when p.length is not null and t.seconds_to_next is not null
      then least(p.length, t.seconds_to_next)
  end,
  p.match_method
from (
  select
    n.event_time, n.user_id, n.level, n.session_id, n.location, n.user_agent, n.item_in_session,
    n.song, n.artist, n.length,
    b.song_id,
    coalesce(b.artist_id, a.artist_id) as artist_id,
    case
      when b.song_id is not null then b.match_method
      when a.artist_id is not null then 'artist'
    end as match_method
  from new_events n
  left join best_songs b
    on b.song_title = n.song
    and b.artist_name = n.artist
    and b.is_length_unknown = case when n.length is null then 1 else 0 end
    and b.known_length = coalesce(n.length, 0)
  left join best_artists a on a.artist_name = n.artist
  where n.page = 'NextSong'
    and n.user_id is not null
) as p
join session_steps t
  on t.session_id = p.session_id
  and t.item_in_session = p.item_in_session
  and t.event_time = p.event_time
  and t.user_id = p.user_id;
