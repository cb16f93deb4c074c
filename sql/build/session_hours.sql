-- Counts the hours of the sessions that gained events anew.
-- grain: one (session_id, user_id, level) in an hour with an event
-- needs: events
delete from session_hours
using etl_affected_sessions
where etl_affected_sessions.session_id = session_hours.session_id
  and session_hours.hour_at
    between dateadd(hour, -1, cast(:sessions_from as timestamp)) and :sessions_to;

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
join etl_affected_sessions a on a.session_id = e.session_id
where e.event_time between :affected_from and :affected_to
group by date_trunc('hour', e.event_time), e.session_id, e.user_id, e.level;
