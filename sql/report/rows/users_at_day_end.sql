-- Users who were at one level when a day ended; `any`: all who had not cancelled.
-- title: Users at the level
-- unit: users
-- grain: one user
-- keys: day date, stay text
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column level: when the day ended
-- column valid_from: since when, UTC
select
  u.user_id,
  u.first_name,
  u.last_name,
  h.level,
  h.valid_from
from user_history h
join users u on u.user_id = h.user_id
where h.valid_from < dateadd(day, 1, cast(:day as timestamp))
  and h.valid_to >= dateadd(day, 1, cast(:day as timestamp))
  and (h.level = :stay or :stay = 'any' and h.level <> 'cancelled');
