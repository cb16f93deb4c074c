-- Visits, also of visitors who never log in.
-- grain: one session_id
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(session_id)
-- placed: by-user distkey(user_id) sortkey(started_at)
create table if not exists sessions (
  session_id integer not null,
  user_id integer,
  started_at timestamp not null,
  ended_at timestamp not null,
  event_count bigint not null,
  play_count bigint not null,
  ad_count bigint not null,
  error_count bigint not null,
  level_start varchar(64),
  level_end varchar(64),
  location varchar(1024),
  user_agent varchar(2048),
  primary key (session_id)
);
