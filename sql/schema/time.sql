-- The parts of each instant at which a song was played, in UTC.
-- grain: one start_time of a songplay
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(start_time)
-- placed: by-user diststyle all
create table if not exists time (
  start_time timestamp not null,
  hour integer not null,
  day integer not null,
  week integer not null,
  month integer not null,
  year integer not null,
  weekday integer not null,
  primary key (start_time)
);
