-- Listening by state of the United States.
-- metric: M20
-- title: States
-- unit: plays
-- grain: one state
-- parameters: from, to, level
-- shape: plays
-- rows plays: state_plays
-- column state: its two letters, or unknown
-- column listeners: users who played there
-- column plays: plays
-- column observed_hours: hours listened, where something followed in the session
-- column paid_share: share of the listeners who played there while paid, 0 to 1
-- column shared_plays: of the plays, those from a metro that lies in several states
-- caveat: A metro that spans states counts in each of them, so the states add up to more than the
--   whole.
with listeners as (
  select
    coalesce(location, 'unknown') as location,
    user_id,
    sum(play_count) as plays,
    sum(listened_seconds) as listened_seconds,
    max(case when level = 'paid' then 1 else 0 end) as is_paid
  from listening_hours
  where hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by coalesce(location, 'unknown'), user_id
),
places as (
  select location, split_part(location, ', ', 2) as codes
  from (select distinct location from listeners) as locations
),
numbers as (
  select 1 as number union all select 2 union all select 3 union all select 4 union all select 5
),
bridge as (
  select
    p.location,
    case when p.codes = '' then 'unknown' else split_part(p.codes, '-', n.number) end as state,
    case when p.codes like '%-%' then 1 else 0 end as is_shared
  from places p
  join numbers n on n.number = 1 or split_part(p.codes, '-', n.number) <> ''
)
select
  b.state,
  count(distinct p.user_id) as listeners,
  cast(sum(p.plays) as bigint) as plays,
  cast(sum(p.listened_seconds) as double precision) / 3600 as observed_hours,
  cast(count(distinct case when p.is_paid = 1 then p.user_id end) as double precision)
    / count(distinct p.user_id) as paid_share,
  cast(sum(b.is_shared * p.plays) as bigint) as shared_plays
from listeners p
join bridge b on b.location = p.location
group by b.state
order by plays desc, listeners desc, state;
