-- Users by how many of the last 28 days they played on.
-- title: Users of so many days
-- unit: users
-- grain: one user
-- parameters: to
-- keys: active_days number
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column active_days: days of the last 28 with a play
-- column plays: their plays in these days
with last_day as (
  select max(cast(start_time as date)) as day
  from songplays
  where start_time < dateadd(day, 1, cast(:to as timestamp))
),
active as (
  select p.user_id, count(distinct cast(p.start_time as date)) as active_days, count(*) as plays
  from songplays p
  cross join last_day l
  where p.start_time >= dateadd(day, -27, l.day)
    and p.start_time < dateadd(day, 1, l.day)
  group by p.user_id
)
select
  u.user_id,
  u.first_name,
  u.last_name,
  a.active_days,
  a.plays
from active a
join users u on u.user_id = a.user_id
where a.active_days = :active_days;
