-- The peer: the five tables of the exercise by DuckDB's own read_json, tuned by hand: explicit
-- columns, temporary staging, insertion order not kept. {logs} and {songs} are globs.
set preserve_insertion_order = false;
set memory_limit = '{memory_limit}';

create temp table staging_events as
select artist, firstName, gender, itemInSession, lastName, length, level, location, page, sessionId,
  song, make_timestamp(ts * 1000) as ts, userAgent, try_cast(nullif(userId, '') as integer) as user_id
from read_json('{logs}', format = 'newline_delimited', columns = {{
  artist: 'varchar', firstName: 'varchar', gender: 'varchar', itemInSession: 'integer',
  lastName: 'varchar', length: 'double', level: 'varchar', location: 'varchar', page: 'varchar',
  sessionId: 'integer', song: 'varchar', ts: 'bigint', userAgent: 'varchar', userId: 'varchar'
}});

create temp table staging_songs as
select *
from read_json('{songs}', columns = {{
  artist_id: 'varchar', artist_latitude: 'double', artist_longitude: 'double',
  artist_location: 'varchar', artist_name: 'varchar', song_id: 'varchar', title: 'varchar',
  duration: 'double', year: 'integer'
}});

create table songs as
select distinct song_id, title, artist_id, year, duration from staging_songs;

create table artists as
select artist_id, min(artist_name) as name, min(artist_location) as location,
  min(artist_latitude) as latitude, min(artist_longitude) as longitude
from staging_songs
group by artist_id;

create table users as
select user_id, max_by(firstName, ts) as first_name, max_by(lastName, ts) as last_name,
  max_by(gender, ts) as gender, max_by(level, ts) as level
from staging_events
where user_id is not null
group by user_id;

create table songplays as
select e.ts as start_time, e.user_id, e.level, s.song_id, s.artist_id, e.sessionId as session_id,
  e.location, e.userAgent as user_agent
from staging_events e
left join staging_songs s
  on s.title = e.song and s.artist_name = e.artist and s.duration = e.length
where e.page = 'NextSong' and e.user_id is not null;

create table time as
select start_time, hour(start_time) as hour, day(start_time) as day, week(start_time) as week,
  month(start_time) as month, year(start_time) as year, dayofweek(start_time) as weekday
from (select distinct start_time from songplays);
