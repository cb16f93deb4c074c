-- Internal: what was heard in each hour of a session, counted ahead for the reports. A play is
-- observed when something followed it in its session and its length is known.
-- grain: one (session_id, user_id, level, location, user_agent) in an hour (UTC) with a play
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(hour_at)
-- placed: by-user distkey(user_id) sortkey(hour_at)
create table if not exists listening_hours (
  hour_at timestamp not null,
  session_id integer not null,
  user_id integer not null,
  level varchar(64),
  location varchar(1024),
  user_agent varchar(2048),
  play_count integer not null,
  observed_count integer not null,
  skip_count integer not null,
  completion_sum double precision,
  listened_seconds double precision
);
