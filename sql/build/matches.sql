-- The catalogue's best song for each thing heard, and the best artist for each artist's name, where
-- there is one: least difference in duration (unknown is farthest), then the smallest song_id; the
-- artist with most songs under the name, then the smallest artist_id.
-- grain: best_songs one (title, artist, length) heard; best_artists one artist name
-- needs: duplicates, songs
drop table if exists best_songs;

create temp table best_songs as
select
  song_title,
  artist_name,
  case when length_seconds is null then 1 else 0 end as is_length_unknown,
  coalesce(length_seconds, 0) as known_length,
  song_id,
  artist_id,
  match_method
from (
  select
    h.song_title,
    h.artist_name,
    h.length_seconds,
    s.song_id,
    s.artist_id,
    case
      when s.duration = h.length_seconds then 'title+artist+duration'
      else 'title+artist'
    end as match_method,
    row_number() over (
      partition by h.song_title, h.artist_name, h.length_seconds
      order by abs(s.duration - h.length_seconds) nulls last, s.song_id
    ) as place
  from (
    select song as song_title, artist as artist_name, length as length_seconds
    from staging_events
    where is_duplicate = 0
      and page = 'NextSong'
      and user_id is not null
    union
    select p.song_title, p.artist_name, p.length_seconds
    from songplays p
    join affected_artist_names a on a.artist_name = p.artist_name
  ) as h
  join songs s on s.title = h.song_title and s.artist_name = h.artist_name
) as ranked
where place = 1;

drop table if exists best_artists;

create temp table best_artists as
select artist_name, artist_id
from (
  select
    artist_name,
    artist_id,
    row_number() over (
      partition by artist_name
      order by count(*) desc, artist_id
    ) as place
  from songs
  where artist_name is not null
  group by artist_name, artist_id
) as ranked
where place = 1;
