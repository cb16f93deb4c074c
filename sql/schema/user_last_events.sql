-- Internal: what later loads must know of each user's last event and the star does not show.
-- grain: one user
create table if not exists user_last_events (
  user_id integer not null,
  event_time timestamp not null,
  item_in_session integer not null,
  session_id integer not null,
  page varchar(64) not null,
  primary key (user_id)
);
