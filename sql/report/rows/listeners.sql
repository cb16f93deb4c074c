-- Users who played on the last days up to one of them.
-- title: Listeners
-- unit: users
-- grain: one user
-- keys: day date, days number
-- order: plays desc, user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column level: as of their last event
-- column plays: their plays in these days
-- column last_play: the last of these, UTC
select
  u.user_id,
  u.first_name,
  u.last_name,
  u.level,
  p.plays,
  p.last_play
from (
  select user_id, count(*) as plays, max(start_time) as last_play
  from songplays
  where start_time >= dateadd(day, 1 - :days, cast(:day as timestamp))
    and start_time < dateadd(day, 1, cast(:day as timestamp))
  group by user_id
) as p
join users u on u.user_id = p.user_id;
