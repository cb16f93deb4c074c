-- At which level a user was when: a slowly changing dimension of type 2, by event time.
-- grain: one user's stay at one level, from valid_from up to but not including valid_to
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(user_id)
-- placed: by-user diststyle all
create table if not exists user_history (
  user_id integer not null,
  level varchar(64) not null,
  valid_from timestamp not null,
  valid_to timestamp not null,
  is_current boolean not null,
  primary key (user_id, valid_from)
);
