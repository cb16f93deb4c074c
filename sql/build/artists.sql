-- Rewrites the artists whose songs changed.
-- Name: the one most songs carry, then the shortest, then the first. Location: the most frequent,
-- then the first. Coordinates: the most frequent whole pair, then the smallest.
-- grain: one artist_id
-- needs: songs
delete from artists
using etl_affected_artists
where etl_affected_artists.artist_id = artists.artist_id;

insert into artists (artist_id, name, location, latitude, longitude)
select a.artist_id, n.artist_name, l.artist_location, p.artist_latitude, p.artist_longitude
from (
  select distinct s.artist_id
  from songs s
  join etl_affected_artists f on f.artist_id = s.artist_id
) as a
left join (
  select
    s.artist_id,
    s.artist_name,
    row_number() over (
      partition by s.artist_id
      order by count(*) desc, len(s.artist_name), s.artist_name
    ) as place
  from songs s
  join etl_affected_artists f on f.artist_id = s.artist_id
  where s.artist_name is not null
  group by s.artist_id, s.artist_name
) as n on n.artist_id = a.artist_id and n.place = 1
left join (
  select
    s.artist_id,
    s.artist_location,
    row_number() over (
      partition by s.artist_id
      order by count(*) desc, s.artist_location
    ) as place
  from songs s
  join etl_affected_artists f on f.artist_id = s.artist_id
  where s.artist_location is not null
  group by s.artist_id, s.artist_location
) as l on l.artist_id = a.artist_id and l.place = 1
left join (
  select
    s.artist_id,
    s.artist_latitude,
    s.artist_longitude,
    row_number() over (
      partition by s.artist_id
      order by count(*) desc, s.artist_latitude, s.artist_longitude
    ) as place
  from songs s
  join etl_affected_artists f on f.artist_id = s.artist_id
  where s.artist_latitude is not null
    and s.artist_longitude is not null
  group by s.artist_id, s.artist_latitude, s.artist_longitude
) as p on p.artist_id = a.artist_id and p.place = 1;
