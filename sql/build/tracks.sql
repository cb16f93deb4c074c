-- Links known tracks to songs that arrived or changed, and numbers the tracks heard for the first
-- time.
-- grain: one (song_title, artist_name, length_seconds) of songplays
-- needs: matches
drop table if exists etl_relinked_tracks;

create temp table etl_relinked_tracks as
select t.track_id, m.song_id, m.match_method
from tracks t
join etl_affected_artist_names f on f.artist_name = t.artist_name
left join etl_matches m
  on m.song_title = coalesce(t.song_title, '')
  and m.artist_name = t.artist_name
  and m.is_length_unknown = case when t.length_seconds is null then 1 else 0 end
  and m.known_length = coalesce(t.length_seconds, 0);

update tracks
set
  song_id = r.song_id,
  match_method = r.match_method
from etl_relinked_tracks r
where r.track_id = tracks.track_id
  and (
    coalesce(r.song_id, '') <> coalesce(tracks.song_id, '')
    or coalesce(r.match_method, '') <> coalesce(tracks.match_method, '')
  );

insert into tracks (song_title, artist_name, length_seconds, song_id, match_method)
select h.song_title, h.artist_name, h.length_seconds, m.song_id, m.match_method
from etl_heard h
left join tracks t
  on coalesce(t.song_title, '') = coalesce(h.song_title, '')
  and coalesce(t.artist_name, '') = coalesce(h.artist_name, '')
  and coalesce(t.length_seconds, 0) = coalesce(h.length_seconds, 0)
  and case when t.length_seconds is null then 1 else 0 end
    = case when h.length_seconds is null then 1 else 0 end
left join etl_matches m
  on m.song_title = coalesce(h.song_title, '')
  and m.artist_name = h.artist_name
  and m.is_length_unknown = case when h.length_seconds is null then 1 else 0 end
  and m.known_length = coalesce(h.length_seconds, 0)
where t.track_id is null;
