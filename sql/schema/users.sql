-- Users as they last appeared.
-- grain: one user, as of the latest event
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(user_id)
-- placed: by-user diststyle all
create table if not exists users (
  user_id integer not null,
  first_name varchar(1024),
  last_name varchar(1024),
  gender varchar(64),
  level varchar(64),
  registered_at timestamp,
  primary key (user_id)
);
