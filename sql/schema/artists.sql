-- The catalogue's artists, under the name and place that most of their songs carry.
-- grain: one artist_id
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(artist_id)
-- placed: by-user diststyle all
create table if not exists artists (
  artist_id varchar(64) not null,
  name varchar(1024),
  location varchar(1024),
  latitude double precision,
  longitude double precision,
  primary key (artist_id)
);
