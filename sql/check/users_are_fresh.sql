-- Users, their last events and their current level are as of their latest event.
-- grain: one user that lags behind
select
  e.user_id, e.last_event_time, l.event_time as known_event_time, u.level as known_level,
  e.level as last_level
from (
  select
    user_id, event_time as last_event_time, level,
    row_number() over (
      partition by user_id
      order by event_time desc, item_in_session desc, session_id desc
    ) as place
  from events
  where user_id is not null
) as e
left join user_last_events l on l.user_id = e.user_id
left join users u on u.user_id = e.user_id
where e.place = 1
  and (
    l.event_time is null
    or l.event_time <> e.last_event_time
    or u.user_id is null
    or coalesce(u.level, '') <> coalesce(e.level, '')
  );
