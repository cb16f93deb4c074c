-- Internal: songplays without their texts, for the reports that ask what was heard.
-- grain: one songplay
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join distkey(track_id) sortkey(day)
-- placed: by-user distkey(user_id) sortkey(day)
create table if not exists track_plays (
  day date not null,
  track_id bigint not null,
  user_id integer not null,
  session_id integer not null,
  level varchar(64),
  listened_seconds double precision
);
