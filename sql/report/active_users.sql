-- Distinct users with at least one play in the last 1, 7 and 28 days, for each day.
-- metric: M01
-- title: Active users
-- unit: users
-- grain: one day with an event
-- parameters: from, to
-- shape: daily_users
-- rows daily_users: listeners days=1
-- rows weekly_users: listeners days=7
-- rows monthly_users: listeners days=28
-- rows seen_users: users_seen
-- column day: date, UTC
-- column daily_users: users who played on that day
-- column weekly_users: users who played on that day or the 6 before
-- column monthly_users: users who played on that day or the 27 before
-- column seen_users: users with any event on that day, also those who did not play
-- caveat: Days without any event have no row. Days before the first one loaded count as days
--   without plays, so the first 27 monthly figures are low.
with played as (
  select user_id, day, lead(day) over (partition by user_id order by day) as next_day
  from (
    select distinct user_id, cast(hour_at as date) as day
    from listening_hours
    where hour_at < dateadd(day, 1, cast(:to as timestamp))
  ) as days
),
-- A user counts from a play on, until the window ends or the next play begins it anew.
begun as (
  select day, count(*) as users
  from played
  group by day
),
weeks_over as (
  select case when next_day < day + 7 then next_day else day + 7 end as day, count(*) as users
  from played
  group by case when next_day < day + 7 then next_day else day + 7 end
),
months_over as (
  select case when next_day < day + 28 then next_day else day + 28 end as day, count(*) as users
  from played
  group by case when next_day < day + 28 then next_day else day + 28 end
),
changes as (
  select
    day, users as daily, users as weekly, users as monthly, cast(null as bigint) as seen_users
  from begun
  union all
  select day + 1, -users, 0, 0, null
  from begun
  union all
  select day, 0, -users, 0, null
  from weeks_over
  union all
  select day, 0, 0, -users, null
  from months_over
  union all
  select day, 0, 0, 0, count(user_id)
  from (select distinct cast(hour_at as date) as day, user_id from session_hours) as seen
  group by day
),
by_day as (
  select
    day,
    sum(daily) as daily,
    sum(weekly) as weekly,
    sum(monthly) as monthly,
    max(seen_users) as seen_users
  from changes
  group by day
),
running as (
  select
    day,
    sum(daily) over (order by day rows unbounded preceding) as daily_users,
    sum(weekly) over (order by day rows unbounded preceding) as weekly_users,
    sum(monthly) over (order by day rows unbounded preceding) as monthly_users,
    seen_users
  from by_day
)
select
  day,
  cast(daily_users as bigint) as daily_users,
  cast(weekly_users as bigint) as weekly_users,
  cast(monthly_users as bigint) as monthly_users,
  seen_users
from running
-- Of a day without an event there is only who stops counting on it.
where seen_users is not null
  and day >= cast(:from as timestamp)
  and day <= cast(:to as timestamp)
order by day;
