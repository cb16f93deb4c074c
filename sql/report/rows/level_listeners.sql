-- Users who played at one level.
-- title: Listeners at the level
-- unit: users
-- grain: one user
-- parameters: from, to
-- keys: level text
-- order: plays desc, user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column plays: their plays at it
-- column observed_hours: hours they listened at it, where something followed in the session
select
  u.user_id,
  u.first_name,
  u.last_name,
  p.plays,
  p.observed_hours
from (
  select
    user_id,
    count(*) as plays,
    cast(sum(listened_seconds) as double precision) / 3600 as observed_hours
  from songplays
  where (level = :level or level is null and :level is null)
    and start_time >= cast(:from as timestamp)
    and start_time < dateadd(day, 1, cast(:to as timestamp))
  group by user_id
) as p
join users u on u.user_id = p.user_id;
