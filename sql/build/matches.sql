-- What the catalogue has for each thing heard, where it has anything. The best song: least difference
-- in duration (unknown is farthest), then the smallest song_id. Without one the best artist: who has
-- most songs under the name, then the smallest artist_id. Keys are never NULL, so that they join.
-- grain: one (title, artist, length) heard
-- needs: duplicates, songs
drop table if exists etl_heard;

create temp table etl_heard as
select song as song_title, artist as artist_name, length as length_seconds
from staging_events
where is_duplicate = 0
  and page = 'NextSong'
  and user_id is not null
union
select p.song_title, p.artist_name, p.length_seconds
from songplays p
join etl_affected_artist_names a on a.artist_name = p.artist_name;

drop table if exists etl_matches;

create temp table etl_matches as
select
  coalesce(h.song_title, '') as song_title,
  h.artist_name,
  case when h.length_seconds is null then 1 else 0 end as is_length_unknown,
  coalesce(h.length_seconds, 0) as known_length,
  b.song_id,
  coalesce(b.artist_id, a.artist_id) as artist_id,
  coalesce(b.match_method, 'artist') as match_method
from etl_heard h
join (
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
) as a on a.artist_name = h.artist_name and a.place = 1
left join (
  select
    h.song_title,
    h.artist_name,
    case when h.length_seconds is null then 1 else 0 end as is_length_unknown,
    coalesce(h.length_seconds, 0) as known_length,
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
  from etl_heard h
  join songs s on s.title = h.song_title and s.artist_name = h.artist_name
) as b
  on b.song_title = h.song_title
  and b.artist_name = h.artist_name
  and b.is_length_unknown = case when h.length_seconds is null then 1 else 0 end
  and b.known_length = coalesce(h.length_seconds, 0)
  and b.place = 1;
