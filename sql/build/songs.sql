-- Adds new songs and replaces songs by greater records of the same song_id. Greater: compared over
-- the columns of songs in their order, NULL lowest.
-- grain: one catalogue song
drop table if exists etl_changed_songs;

create temp table etl_changed_songs as
select
  song_id, title, artist_id, year, duration, artist_name, artist_location, artist_latitude,
  artist_longitude, file_id
from (
  select
    song_id, title, artist_id, year, duration, artist_name, artist_location, artist_latitude,
    artist_longitude, file_id, is_known,
    row_number() over (
      partition by song_id
      order by
        title desc nulls last, artist_id desc nulls last, year desc nulls last,
        duration desc nulls last, artist_name desc nulls last, artist_location desc nulls last,
        artist_latitude desc nulls last, artist_longitude desc nulls last, is_known desc, file_id
    ) as place
  from (
    select
      song_id, title, artist_id, year, duration, artist_name, artist_location, artist_latitude,
      artist_longitude, file_id, 0 as is_known
    from staging_songs
    union all
    select
      k.song_id, k.title, k.artist_id, k.year, k.duration, k.artist_name, k.artist_location,
      k.artist_latitude, k.artist_longitude, cast(null as integer), 1
    from songs k
    join (select distinct song_id from staging_songs) as s on s.song_id = k.song_id
  ) as candidates
) as ranked
where place = 1
  and is_known = 0;

drop table if exists etl_affected_artists;

create temp table etl_affected_artists as
select artist_id
from etl_changed_songs
union
select k.artist_id
from songs k
join etl_changed_songs c on c.song_id = k.song_id;

drop table if exists etl_affected_artist_names;

create temp table etl_affected_artist_names as
select artist_name
from etl_changed_songs
where artist_name is not null
union
select k.artist_name
from songs k
join etl_changed_songs c on c.song_id = k.song_id
where k.artist_name is not null;

delete from songs
using etl_changed_songs
where etl_changed_songs.song_id = songs.song_id;

insert into songs (
  song_id, title, artist_id, year, duration, artist_name, artist_location, artist_latitude,
  artist_longitude
)
select
  song_id, title, artist_id, year, duration, artist_name, artist_location, artist_latitude,
  artist_longitude
from etl_changed_songs;
