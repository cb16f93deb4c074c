-- Everything that was logged, also by visitors who are not logged in.
-- grain: one logged event
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(event_time)
-- placed: by-user distkey(user_id) sortkey(event_time)
create table if not exists events (
  event_time timestamp not null,
  user_id integer,
  session_id integer not null,
  item_in_session integer not null,
  page varchar(64) not null,
  auth varchar(64),
  method varchar(64),
  status integer,
  level varchar(64),
  location varchar(1024),
  user_agent varchar(2048)
);
