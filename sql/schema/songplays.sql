-- Songs played by known users, with the catalogue's song where one matches.
-- grain: one NextSong event of a known user
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join distkey(song_id) sortkey(song_id)
-- placed: by-user distkey(user_id) sortkey(artist_id)
create table if not exists songplays (
  songplay_id bigint identity(0, 1) not null,
  start_time timestamp not null,
  user_id integer not null,
  level varchar(64),
  song_id varchar(64),
  artist_id varchar(64),
  session_id integer not null,
  location varchar(1024),
  user_agent varchar(2048),
  item_in_session integer not null,
  song_title varchar(1024),
  artist_name varchar(1024),
  length_seconds double precision,
  listened_seconds double precision,
  match_method varchar(64),
  primary key (songplay_id)
);
