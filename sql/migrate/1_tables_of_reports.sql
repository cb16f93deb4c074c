-- Adds the tables that reports read, and counts what the warehouse holds into them.
-- grain: one row of each
create table session_hours (
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

create table listening_hours (
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

create table tracks (
  track_id bigint identity(0, 1) not null,
  song_title varchar(1024),
  artist_name varchar(1024),
  length_seconds double precision,
  song_id varchar(64),
  match_method varchar(64),
  primary key (track_id)
);

create table track_plays (
  day date not null,
  track_id bigint not null,
  user_id integer not null,
  session_id integer not null,
  level varchar(64),
  listened_seconds double precision
);

insert into session_hours (
  hour_at, session_id, user_id, level, first_at, last_at, first_play_at, last_ad_at, event_count,
  play_count, ad_count, error_count, thumbs_up_count, thumbs_down_count, playlist_add_count,
  friend_add_count, upgrade_view_count, downgrade_view_count, downgrade_submit_count,
  cancel_view_count, cancellation_count
)
select
  date_trunc('hour', e.event_time),
  e.session_id,
  e.user_id,
  e.level,
  min(e.event_time),
  max(e.event_time),
  min(case when e.page = 'NextSong' then e.event_time end),
  max(case when e.page = 'Roll Advert' then e.event_time end),
  count(*),
  count(case when e.page = 'NextSong' then 1 end),
  count(case when e.page = 'Roll Advert' then 1 end),
  count(case when e.status >= 400 or e.page = 'Error' then 1 end),
  count(case when e.page = 'Thumbs Up' then 1 end),
  count(case when e.page = 'Thumbs Down' then 1 end),
  count(case when e.page = 'Add to Playlist' then 1 end),
  count(case when e.page = 'Add Friend' then 1 end),
  count(case when e.page = 'Upgrade' then 1 end),
  count(case when e.page = 'Downgrade' then 1 end),
  count(case when e.page = 'Submit Downgrade' then 1 end),
  count(case when e.page = 'Cancel' then 1 end),
  count(case when e.page = 'Cancellation Confirmation' then 1 end)
from events e
group by date_trunc('hour', e.event_time), e.session_id, e.user_id, e.level;

insert into listening_hours (
  hour_at, session_id, user_id, level, location, user_agent, play_count, observed_count,
  skip_count, completion_sum, listened_seconds
)
select
  date_trunc('hour', p.start_time),
  p.session_id,
  p.user_id,
  p.level,
  p.location,
  p.user_agent,
  count(*),
  count(case when p.length_seconds > 0 then p.listened_seconds end),
  count(case when p.listened_seconds < 30 and p.listened_seconds < p.length_seconds
    and p.length_seconds > 0 then 1 end),
  sum(case when p.length_seconds > 0 then p.listened_seconds / p.length_seconds end),
  sum(p.listened_seconds)
from songplays p
group by
  date_trunc('hour', p.start_time), p.session_id, p.user_id, p.level, p.location, p.user_agent;

insert into tracks (song_title, artist_name, length_seconds, song_id, match_method)
select distinct song_title, artist_name, length_seconds, song_id, match_method
from songplays;

insert into track_plays (day, track_id, user_id, session_id, level, listened_seconds)
select
  cast(p.start_time as date), t.track_id, p.user_id, p.session_id, p.level, p.listened_seconds
from songplays p
join tracks t
  on coalesce(t.song_title, '') = coalesce(p.song_title, '')
  and coalesce(t.artist_name, '') = coalesce(p.artist_name, '')
  and coalesce(t.length_seconds, 0) = coalesce(p.length_seconds, 0)
  and case when t.length_seconds is null then 1 else 0 end
    = case when p.length_seconds is null then 1 else 0 end;
