-- Sessions of known users that began in one week.
-- title: Sessions of the week
-- unit: sessions
-- grain: one session
-- parameters: from, to
-- keys: week date
-- order: started_at, session_id
-- column session_id: id
-- column user_id: whose it is
-- column started_at: its first event, UTC
-- column ended_at: its last event, UTC
-- column event_count: its events
-- column play_count: its plays
-- column ad_count: its adverts
-- column error_count: its errors
-- column level_start: level of its first event
-- column level_end: level of its last event
select
  session_id,
  user_id,
  started_at,
  ended_at,
  event_count,
  play_count,
  ad_count,
  error_count,
  level_start,
  level_end
from sessions
where user_id is not null
  and started_at >= cast(:week as timestamp)
  and started_at < dateadd(day, 7, cast(:week as timestamp))
  and started_at >= cast(:from as timestamp)
  and started_at < dateadd(day, 1, cast(:to as timestamp));
