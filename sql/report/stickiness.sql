-- How many of the last 28 days users played on, and the average day's share of the 28 days' users.
-- metric: M02
-- title: Stickiness
-- unit: users
-- grain: one number of active days
-- parameters: to
-- shape: users
-- rows users: sticky_users
-- column active_days: days of the last 28 with a play
-- column users: users with so many
-- column average_daily_users: users a day, over those of the 28 days that the logs hold
-- column monthly_users: users who played in the 28 days
-- column stickiness: average_daily_users / monthly_users, 0 to 1
-- caveat: The 28 days end with the last play, or with `to` when that is earlier. Where the logs
--   begin later than 28 days before, the average is over the days from their first event on.
with last_day as (
  select max(cast(hour_at as date)) as day
  from listening_hours
  where hour_at < dateadd(day, 1, cast(:to as timestamp))
),
logged as (
  select cast(least(28, datediff(day, f.day, l.day) + 1) as double precision) as days
  from (select cast(min(hour_at) as date) as day from session_hours) as f
  cross join last_day l
),
active as (
  select p.user_id, count(distinct cast(p.hour_at as date)) as active_days
  from listening_hours p
  cross join last_day l
  where p.hour_at >= dateadd(day, -27, l.day)
    and p.hour_at < dateadd(day, 1, l.day)
  group by p.user_id
),
numbers as (
  select active_days, count(*) as users
  from active
  group by active_days
)
select
  n.active_days,
  n.users,
  sum(n.active_days * n.users) over () / g.days as average_daily_users,
  cast(sum(n.users) over () as bigint) as monthly_users,
  sum(n.active_days * n.users) over () / g.days / sum(n.users) over () as stickiness
from numbers n
cross join logged g
order by n.active_days;
