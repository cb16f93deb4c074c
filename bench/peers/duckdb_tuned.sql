-- The five tables by DuckDB's own read_json, tuned by hand: explicit columns, only what is needed,
-- temporary staging, insertion order not kept; the file has the newest storage format. {logs} and
-- {songs} are globs. Tried and no faster: repetitive text as ENUM (in the oldest format it gains
-- what the newest one gives), song files on one thread or on a connection of their own beside the
-- logs, a memory limit, users by row id or by one struct.
set preserve_insertion_order = false;

create temp table staging_songs as
select *
from read_json('{songs}', auto_detect = false, columns = {{
  artist_id: 'varchar', artist_latitude: 'double', artist_longitude: 'double',
  artist_location: 'varchar', artist_name: 'varchar', song_id: 'varchar', title: 'varchar',
  duration: 'double', year: 'integer'
}});

create temp table staging_events as
select artist, firstName, gender, lastName, length, level, location, page = 'NextSong' as is_play,
  sessionId, song, make_timestamp(ts * 1000) as ts, userAgent, cast(userId as integer) as user_id
from read_json('{logs}', format = 'newline_delimited', auto_detect = false, columns = {{
  artist: 'varchar', firstName: 'varchar', gender: 'varchar', lastName: 'varchar',
  length: 'double', level: 'varchar', location: 'varchar', page: 'varchar', sessionId: 'integer',
  song: 'varchar', ts: 'bigint', userAgent: 'varchar', userId: 'varchar'
}})
where userId <> '';

create table songs as
select distinct song_id, title, artist_id, year, duration from staging_songs;

create table artists as
select artist_id, min(artist_name) as name, min(nullif(artist_location, '')) as location,
  min(artist_latitude) as latitude, min(artist_longitude) as longitude
from staging_songs
group by artist_id;

create table users as
select user_id, max_by(firstName, ts) as first_name, max_by(lastName, ts) as last_name,
  max_by(gender, ts) as gender, max_by(level, ts) as level
from staging_events
group by user_id;

create table songplays as
select e.ts as start_time, e.user_id, e.level, s.song_id, s.artist_id,
  e.sessionId as session_id, e.location, e.userAgent as user_agent
from staging_events e
left join staging_songs s
  on s.title = e.song and s.artist_name = e.artist and s.duration = e.length
where e.is_play;

create table time as
select start_time, hour(start_time) as hour, day(start_time) as day, week(start_time) as week,
  month(start_time) as month, year(start_time) as year, dayofweek(start_time) as weekday
from (select distinct ts as start_time from staging_events where is_play);
