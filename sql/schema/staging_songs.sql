-- The songs of the last load as they were read. Behind them: the file of etl_files, and a number of
-- the row within the load.
-- grain: one accepted record of a song file
-- placed: auto backup no diststyle even
-- placed: merge-join backup no diststyle even
-- placed: by-user backup no diststyle even
create table if not exists staging_songs (
  num_songs integer,
  artist_id varchar(64),
  artist_latitude double precision,
  artist_longitude double precision,
  artist_location varchar(1024),
  artist_name varchar(1024),
  song_id varchar(64),
  title varchar(1024),
  duration double precision,
  year integer,
  file_id integer,
  row_id bigint
);
