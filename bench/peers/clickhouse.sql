-- The five tables as MergeTree, from staging tables in memory. {logs} and {songs} are globs.
create database star;

create table star.staging_songs engine = Memory as
select *
from file('{songs}', 'JSONEachRow', '
  artist_id String, artist_latitude Nullable(Float64), artist_longitude Nullable(Float64),
  artist_location Nullable(String), artist_name Nullable(String), song_id String,
  title Nullable(String), duration Nullable(Float64), year Nullable(Int32)');

create table star.staging_events engine = Memory as
select artist, firstName, gender, lastName, length, level, location, toUInt8(page = 'NextSong') as is_play,
  sessionId, song, fromUnixTimestamp64Milli(ts, 'UTC') as at, userAgent,
  toInt32(userId) as user_id
from file('{logs}', 'JSONEachRow', '
  artist Nullable(String), firstName Nullable(String), gender LowCardinality(Nullable(String)),
  lastName Nullable(String), length Nullable(Float64), level LowCardinality(Nullable(String)),
  location LowCardinality(Nullable(String)), page String, sessionId Int32,
  song Nullable(String), ts Int64, userAgent LowCardinality(Nullable(String)), userId String')
where userId <> '';

create table star.songs engine = MergeTree order by song_id as
select distinct song_id, title, artist_id, year, duration from star.staging_songs;

create table star.artists engine = MergeTree order by artist_id as
select artist_id, min(artist_name) as name, min(nullIf(artist_location, '')) as location,
  min(artist_latitude) as latitude, min(artist_longitude) as longitude
from star.staging_songs
group by artist_id;

create table star.users engine = MergeTree order by user_id as
select user_id, argMax(firstName, at) as first_name, argMax(lastName, at) as last_name,
  argMax(e.gender, at) as gender, argMax(e.level, at) as level
from star.staging_events as e
group by user_id;

create table star.songplays engine = MergeTree order by tuple() as
select e.at as start_time, e.user_id as user_id, e.level as level, s.song_id as song_id,
  s.artist_id as artist_id, e.sessionId as session_id, e.location as location,
  e.userAgent as user_agent
from star.staging_events as e
left join star.staging_songs as s
  on s.title = e.song and s.artist_name = e.artist and s.duration = e.length
where e.is_play
settings join_use_nulls = 1;

create table star.time engine = MergeTree order by tuple() as
select start_time, toHour(start_time) as hour, toDayOfMonth(start_time) as day,
  toISOWeek(start_time) as week, toMonth(start_time) as month, toYear(start_time) as year,
  toDayOfWeek(start_time) % 7 as weekday
from (select distinct at as start_time from star.staging_events where is_play);
