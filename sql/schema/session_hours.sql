-- Internal: what was done in each hour of a session, counted ahead for the reports.
-- grain: one (session_id, user_id, level) in an hour (UTC) with an event
-- placed: auto diststyle auto sortkey auto
-- placed: merge-join diststyle auto sortkey(hour_at)
-- placed: by-user distkey(user_id) sortkey(hour_at)
create table if not exists session_hours (
  hour_at timestamp not null,
  session_id integer not null,
  user_id integer,
  level varchar(64),
  first_at timestamp not null,
  last_at timestamp not null,
  first_play_at timestamp,
  last_ad_at timestamp,
  event_count integer not null,
  play_count integer not null,
  ad_count integer not null,
  error_count integer not null,
  thumbs_up_count integer not null,
  thumbs_down_count integer not null,
  playlist_add_count integer not null,
  friend_add_count integer not null,
  upgrade_view_count integer not null,
  downgrade_view_count integer not null,
  downgrade_submit_count integer not null,
  cancel_view_count integer not null,
  cancellation_count integer not null
);
