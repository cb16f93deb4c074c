-- The events of the last load as they were read. Behind them: the file of etl_files, a number of the
-- row within the load, and whether it adds nothing to what the warehouse holds (1) or does (0).
-- grain: one accepted record of an event file
-- placed: auto backup no diststyle even
-- placed: merge-join backup no diststyle even
-- placed: by-user backup no diststyle even
create table if not exists staging_events (
  artist varchar(1024),
  auth varchar(64),
  first_name varchar(1024),
  gender varchar(64),
  item_in_session integer,
  last_name varchar(1024),
  length double precision,
  level varchar(64),
  location varchar(1024),
  method varchar(64),
  page varchar(64),
  registration double precision,
  session_id integer,
  song varchar(1024),
  status integer,
  ts timestamp,
  user_agent varchar(2048),
  user_id integer,
  file_id integer,
  row_id bigint,
  is_duplicate smallint default 0
);
