-- Of the users whose first play fell into a week, the share who played again so many weeks later.
-- metric: M15
-- title: Retention
-- unit: share
-- grain: one cohort and week after it
-- parameters: from, to
-- shape: retention
-- rows retained: cohort_members
-- rows cohort_users: cohort_members week_number=0
-- column cohort: Monday of the ISO week of the first play, UTC
-- column week_number: weeks after it; 0 is the week itself
-- column cohort_users: users in the cohort
-- column retained: of these, users with a play in that week
-- column retention: retained / cohort_users, 0 to 1
-- caveat: Weeks that are not over are left out, and weeks without any event. A week counts as over
--   as soon as something is logged on its Sunday: the last one may be short of that day. The first
--   cohort holds all who came before the logs begin. `from` and `to` choose cohorts.
with weeks as (
  select distinct user_id, cast(date_trunc('week', hour_at) as date) as week
  from listening_hours
),
aged as (
  select user_id, week, min(week) over (partition by user_id) as cohort
  from weeks
),
complete as (
  -- A week is over when something was logged on its Sunday or later.
  select cast(date_trunc('week', dateadd(day, 1, max(last_at))) as date) as ends
  from session_hours
),
-- Also weeks in which nobody played: nobody came back then.
logged as (
  select distinct cast(date_trunc('week', hour_at) as date) as week
  from session_hours
),
sizes as (
  select cohort, count(*) as cohort_users
  from aged
  where week = cohort
  group by cohort
),
cells as (
  select s.cohort, s.cohort_users, w.week
  from sizes s
  join logged w on w.week >= s.cohort
  cross join complete c
  where w.week < c.ends
),
kept as (
  select cohort, week, count(*) as retained
  from aged
  group by cohort, week
)
select
  c.cohort,
  (c.week - c.cohort) / 7 as week_number,
  c.cohort_users,
  coalesce(k.retained, 0) as retained,
  cast(coalesce(k.retained, 0) as double precision) / c.cohort_users as retention
from cells c
left join kept k on k.cohort = c.cohort and k.week = c.week
where c.cohort >= date_trunc('week', cast(:from as timestamp))
  and c.cohort <= cast(:to as timestamp)
order by c.cohort, week_number;
