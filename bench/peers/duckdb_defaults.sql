-- The five tables as the exercise is written on other engines: staging tables on disk with all
-- columns, tables created first, insert ... select, settings as they come.
create table staging_events as
select *
from read_json('{logs}', columns = {{
  artist: 'varchar', auth: 'varchar', firstName: 'varchar', gender: 'varchar',
  itemInSession: 'integer', lastName: 'varchar', length: 'double', level: 'varchar',
  location: 'varchar', method: 'varchar', page: 'varchar', registration: 'double',
  sessionId: 'integer', song: 'varchar', status: 'integer', ts: 'bigint', userAgent: 'varchar',
  userId: 'varchar'
}});

create table staging_songs as
select *
from read_json('{songs}', columns = {{
  num_songs: 'integer', artist_id: 'varchar', artist_latitude: 'double',
  artist_longitude: 'double', artist_location: 'varchar', artist_name: 'varchar',
  song_id: 'varchar', title: 'varchar', duration: 'double', year: 'integer'
}});

create table songplays (
  start_time timestamp not null, user_id integer not null, level varchar, song_id varchar,
  artist_id varchar, session_id integer, location varchar, user_agent varchar
);
create table users (
  user_id integer not null, first_name varchar, last_name varchar, gender varchar, level varchar
);
create table songs (
  song_id varchar not null, title varchar, artist_id varchar, year integer, duration double
);
create table artists (
  artist_id varchar not null, name varchar, location varchar, latitude double, longitude double
);
create table time (
  start_time timestamp not null, hour integer, day integer, week integer, month integer,
  year integer, weekday integer
);

insert into songplays
select make_timestamp(e.ts * 1000), cast(e.userId as integer), e.level, s.song_id, s.artist_id,
  e.sessionId, e.location, e.userAgent
from staging_events e
left join staging_songs s
  on s.title = e.song and s.artist_name = e.artist and s.duration = e.length
where e.page = 'NextSong' and e.userId <> '';

insert into users
select cast(userId as integer), max_by(firstName, ts), max_by(lastName, ts), max_by(gender, ts),
  max_by(level, ts)
from staging_events
where userId <> ''
group by userId;

insert into songs
select distinct song_id, title, artist_id, year, duration from staging_songs;

insert into artists
select artist_id, min(artist_name), min(nullif(artist_location, '')), min(artist_latitude),
  min(artist_longitude)
from staging_songs
group by artist_id;

insert into time
select start_time, hour(start_time), day(start_time), week(start_time), month(start_time),
  year(start_time), dayofweek(start_time)
from (select distinct start_time from songplays);
