-- Known users who met an error on one day.
-- title: Users who met an error
-- unit: users
-- grain: one user
-- keys: day date
-- order: errors desc, user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column errors: errors they met on it
-- column sessions: sessions in which they did
select
  u.user_id,
  u.first_name,
  u.last_name,
  e.errors,
  e.sessions
from (
  select user_id, count(*) as errors, count(distinct session_id) as sessions
  from events
  where user_id is not null
    and (status >= 400 or page = 'Error')
    and event_time >= cast(:day as timestamp)
    and event_time < dateadd(day, 1, cast(:day as timestamp))
  group by user_id
) as e
join users u on u.user_id = e.user_id;
