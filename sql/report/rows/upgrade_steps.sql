-- Free listeners who came as far as one step of the upgrade funnel.
-- title: Users who came so far
-- unit: users
-- grain: one user
-- parameters: from, to
-- keys: step number
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column played_at: first play while free, UTC
-- column viewed_at: first sight of the page Upgrade after it
-- column submitted_at: its submission
-- column paid_at: first event while paid after that
with in_period as (
  select user_id, event_time, page, level
  from events
  where user_id is not null
    and event_time >= cast(:from as timestamp)
    and event_time < dateadd(day, 1, cast(:to as timestamp))
),
played as (
  select user_id, min(event_time) as played_at
  from in_period
  where page = 'NextSong' and level = 'free'
  group by user_id
),
viewed as (
  select e.user_id, min(e.event_time) as viewed_at
  from in_period e
  join played p on p.user_id = e.user_id and e.event_time >= p.played_at
  where e.page = 'Upgrade' and e.level = 'free'
  group by e.user_id
),
submitted as (
  select e.user_id, min(e.event_time) as submitted_at
  from in_period e
  join viewed v on v.user_id = e.user_id
    and e.event_time >= v.viewed_at and e.event_time <= dateadd(day, 7, v.viewed_at)
  where e.page = 'Submit Upgrade'
  group by e.user_id
),
paid as (
  select e.user_id, min(e.event_time) as paid_at
  from in_period e
  join submitted s on s.user_id = e.user_id
    and e.event_time >= s.submitted_at and e.event_time <= dateadd(day, 7, s.submitted_at)
  where e.level = 'paid'
  group by e.user_id
)
select
  u.user_id,
  u.first_name,
  u.last_name,
  p.played_at,
  v.viewed_at,
  s.submitted_at,
  f.paid_at
from played p
join users u on u.user_id = p.user_id
left join viewed v on v.user_id = p.user_id
left join submitted s on s.user_id = p.user_id
left join paid f on f.user_id = p.user_id
where :step = 1
  or :step = 2 and v.viewed_at is not null
  or :step = 3 and s.submitted_at is not null
  or :step = 4 and f.paid_at is not null;
