-- Users with an event on a day.
-- title: Users seen
-- unit: users
-- grain: one user
-- keys: day date
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column level: as of their last event
-- column events: their events on that day
-- column plays: of these, plays
-- column last_event: the last of them, UTC
select
  u.user_id,
  u.first_name,
  u.last_name,
  u.level,
  e.events,
  e.plays,
  e.last_event
from (
  select
    user_id,
    count(*) as events,
    cast(sum(case when page = 'NextSong' then 1 else 0 end) as bigint) as plays,
    max(event_time) as last_event
  from events
  where event_time >= cast(:day as timestamp)
    and event_time < dateadd(day, 1, cast(:day as timestamp))
  group by user_id
) as e
join users u on u.user_id = e.user_id;
