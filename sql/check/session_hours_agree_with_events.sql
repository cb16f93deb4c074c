-- The hours that reports read count what the events say.
-- grain: one user, session and hour in which they differ
select hour_at, session_id, user_id, level, sum(events) as events, sum(plays) as plays
from (
  select
    hour_at, session_id, user_id, level,
    event_count as events,
    play_count as plays,
    ad_count as ads,
    error_count as errors,
    thumbs_up_count - thumbs_down_count as thumbs,
    playlist_add_count - friend_add_count as adds,
    upgrade_view_count - downgrade_view_count as views,
    downgrade_submit_count as submits,
    cancel_view_count - cancellation_count as cancellations,
    datediff(ms, hour_at, first_at) + datediff(ms, hour_at, last_at) as ends,
    coalesce(datediff(ms, hour_at, first_play_at), 0) as first_play,
    coalesce(datediff(ms, hour_at, last_ad_at), 0) as last_ad
  from session_hours
  union all
  select
    date_trunc('hour', event_time), session_id, user_id, level,
    -count(*),
    -count(case when page = 'NextSong' then 1 end),
    -count(case when page = 'Roll Advert' then 1 end),
    -count(case when status >= 400 or page = 'Error' then 1 end),
    count(case when page = 'Thumbs Down' then 1 end)
      - count(case when page = 'Thumbs Up' then 1 end),
    count(case when page = 'Add Friend' then 1 end)
      - count(case when page = 'Add to Playlist' then 1 end),
    count(case when page = 'Downgrade' then 1 end) - count(case when page = 'Upgrade' then 1 end),
    -count(case when page = 'Submit Downgrade' then 1 end),
    count(case when page = 'Cancellation Confirmation' then 1 end)
      - count(case when page = 'Cancel' then 1 end),
    -datediff(ms, date_trunc('hour', event_time), min(event_time))
      - datediff(ms, date_trunc('hour', event_time), max(event_time)),
    -coalesce(datediff(ms, date_trunc('hour', event_time),
      min(case when page = 'NextSong' then event_time end)), 0),
    -coalesce(datediff(ms, date_trunc('hour', event_time),
      max(case when page = 'Roll Advert' then event_time end)), 0)
  from events
  group by date_trunc('hour', event_time), session_id, user_id, level
) as both_sides
group by hour_at, session_id, user_id, level
having sum(events) <> 0
  or sum(plays) <> 0
  or sum(ads) <> 0
  or sum(errors) <> 0
  or sum(thumbs) <> 0
  or sum(adds) <> 0
  or sum(views) <> 0
  or sum(submits) <> 0
  or sum(cancellations) <> 0
  or sum(ends) <> 0
  or sum(first_play) <> 0
  or sum(last_ad) <> 0;
