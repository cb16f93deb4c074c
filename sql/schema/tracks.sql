-- Internal: a number for each thing heard, and what the catalogue has for it.
-- grain: one (song_title, artist_name, length_seconds) of songplays
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(track_id)
-- placed: by-user diststyle all
create table if not exists tracks (
  track_id bigint identity(0, 1) not null,
  song_title varchar(1024),
  artist_name varchar(1024),
  length_seconds double precision,
  song_id varchar(64),
  match_method varchar(64),
  primary key (track_id)
);
