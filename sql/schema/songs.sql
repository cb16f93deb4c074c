-- The catalogue's songs, with their artist as credited on the song.
-- grain: one catalogue song
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join distkey(song_id) sortkey(song_id)
-- placed: by-user diststyle all
create table if not exists songs (
  song_id varchar(64) not null,
  title varchar(1024),
  artist_id varchar(64) not null,
  year integer,
  duration double precision,
  artist_name varchar(1024),
  artist_location varchar(1024),
  artist_latitude double precision,
  artist_longitude double precision,
  primary key (song_id)
);
