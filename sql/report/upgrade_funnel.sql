-- Free listeners who see the page Upgrade, submit it within 7 days, and are paid within 7 days
-- more.
-- metric: M09
-- title: Upgrade funnel
-- unit: users
-- grain: one step
-- parameters: from, to
-- shape: users
-- rows users: upgrade_steps
-- column step: 1 to 4
-- column name: played while free, saw Upgrade, submitted it, was paid
-- column users: users who came so far, in this order
-- column share: of the users of the first step, 0 to 1
-- column share_of_step: of the users of the step before, 0 to 1
-- caveat: The page counts from the user's first sight of it in the period, the submission within 7
--   days of that. Who submits later, at a second look, is not counted. All steps lie in the period.
with clicks as (
  select user_id, event_time, page, level
  from events
  where page in ('Upgrade', 'Submit Upgrade')
    and event_time >= cast(:from as timestamp)
    and event_time < dateadd(day, 1, cast(:to as timestamp))
),
played as (
  select user_id, min(first_play_at) as played_at
  from session_hours
  where user_id is not null
    and level = 'free'
    and first_play_at is not null
    and hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
  group by user_id
),
viewed as (
  select e.user_id, min(e.event_time) as viewed_at
  from clicks e
  join played p on p.user_id = e.user_id and e.event_time >= p.played_at
  where e.page = 'Upgrade' and e.level = 'free'
  group by e.user_id
),
submitted as (
  select e.user_id, min(e.event_time) as submitted_at
  from clicks e
  join viewed v on v.user_id = e.user_id
    and e.event_time >= v.viewed_at and e.event_time <= dateadd(day, 7, v.viewed_at)
  where e.page = 'Submit Upgrade'
  group by e.user_id
),
paid as (
  -- An hour is shorter than 7 days: one with an event in them begins or ends with one.
  select distinct h.user_id
  from session_hours h
  join submitted s on s.user_id = h.user_id
  where h.level = 'paid'
    and h.hour_at >= cast(:from as timestamp)
    and h.hour_at < dateadd(day, 1, cast(:to as timestamp))
    and (
      h.first_at >= s.submitted_at and h.first_at <= dateadd(day, 7, s.submitted_at)
      or h.last_at >= s.submitted_at and h.last_at <= dateadd(day, 7, s.submitted_at)
    )
),
steps as (
  select 1 as step, 'played while free' as name, count(*) as users
  from played
  union all
  select 2, 'saw Upgrade', count(*)
  from viewed
  union all
  select 3, 'submitted it', count(*)
  from submitted
  union all
  select 4, 'was paid', count(*)
  from paid
)
select
  step,
  name,
  users,
  cast(users as double precision)
    / nullif(first_value(users) over (order by step rows unbounded preceding), 0) as share,
  cast(users as double precision) / nullif(lag(users) over (order by step), 0) as share_of_step
from steps
order by step;
