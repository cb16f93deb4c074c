-- From one jsonb column to the five tables. A table made by create table as is filled by several
-- processes, an insert by one.
create unlogged table staging_songs as
select data->>'song_id' as song_id, data->>'title' as title, data->>'artist_id' as artist_id,
  (data->>'year')::integer as year, (data->>'duration')::double precision as duration,
  data->>'artist_name' as artist_name, nullif(data->>'artist_location', '') as artist_location,
  (data->>'artist_latitude')::double precision as artist_latitude,
  (data->>'artist_longitude')::double precision as artist_longitude
from raw_songs;

create unlogged table staging_events as
select data->>'artist' as artist, data->>'firstName' as first_name, data->>'gender' as gender,
  data->>'lastName' as last_name, (data->>'length')::double precision as length,
  data->>'level' as level, data->>'location' as location, data->>'page' = 'NextSong' as is_play,
  (data->>'sessionId')::integer as session_id, data->>'song' as song,
  timestamp '1970-01-01' + (data->>'ts')::bigint * interval '1 millisecond' as at,
  data->>'userAgent' as user_agent, (data->>'userId')::integer as user_id
from raw_events
where data->>'userId' <> '';

analyze staging_songs;
analyze staging_events;

create table songs as
select distinct song_id, title, artist_id, year, duration from staging_songs;

create table artists as
select artist_id, min(artist_name) as name, min(artist_location) as location,
  min(artist_latitude) as latitude, min(artist_longitude) as longitude
from staging_songs
group by artist_id;

create table users as
select distinct on (user_id) user_id, first_name, last_name, gender, level
from staging_events
join (select user_id, max(at) as at from staging_events group by user_id) as latest
  using (user_id, at);

create table songplays as
select e.at as start_time, e.user_id, e.level, s.song_id, s.artist_id, e.session_id, e.location,
  e.user_agent
from staging_events e
left join staging_songs s
  on s.title = e.song and s.artist_name = e.artist and s.duration = e.length
where e.is_play;

create table time as
select start_time, extract(hour from start_time)::integer as hour,
  extract(day from start_time)::integer as day, extract(week from start_time)::integer as week,
  extract(month from start_time)::integer as month,
  extract(year from start_time)::integer as year,
  extract(dow from start_time)::integer as weekday
from (select distinct start_time from songplays) as instants;
