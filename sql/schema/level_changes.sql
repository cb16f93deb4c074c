-- Upgrades, downgrades, cancellations and returns, and whether the deciding click was seen.
-- grain: one change of level or cancellation
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(user_id)
-- placed: by-user diststyle all
create table if not exists level_changes (
  user_id integer not null,
  changed_at timestamp not null,
  from_level varchar(64),
  to_level varchar(64) not null,
  kind varchar(64) not null,
  evidence varchar(64) not null,
  primary key (user_id, changed_at)
);
