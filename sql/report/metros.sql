-- Listening by metropolitan area.
-- metric: M20
-- title: Metros
-- unit: plays
-- grain: one location of the log
-- parameters: from, to, level, top
-- shape: plays
-- rows plays: metro_plays
-- column rank: 1 is the one with most plays
-- column metro: as the log names it
-- column listeners: users who played there
-- column plays: plays
-- column observed_hours: hours listened, where something followed in the session
-- column paid_share: share of the listeners who played there while paid, 0 to 1
-- column states: how many states it spans
-- caveat: A user who moved counts in each place.
with listeners as (
  select
    coalesce(location, 'unknown') as metro,
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
counts as (
  select
    metro,
    count(*) as listeners,
    cast(sum(plays) as bigint) as plays,
    cast(sum(listened_seconds) as double precision) / 3600 as observed_hours,
    avg(cast(is_paid as double precision)) as paid_share
  from listeners
  group by metro
),
ranked as (
  select
    row_number() over (order by plays desc, listeners desc, metro) as rank,
    metro,
    listeners,
    plays,
    observed_hours,
    paid_share,
    case when split_part(metro, ', ', 2) = '' then 0
      else 1 + len(split_part(metro, ', ', 2)) - len(replace(split_part(metro, ', ', 2), '-', ''))
    end as states
  from counts
)
select rank, metro, listeners, plays, observed_hours, paid_share, states
from ranked
where rank <= :top
order by rank;
