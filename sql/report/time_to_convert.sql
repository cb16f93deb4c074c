-- Days from registration to the first upgrade, of users who upgraded in the period.
-- metric: M11
-- title: Time to convert
-- unit: days
-- grain: the period
-- parameters: from, to
-- rows converted: first_upgrades converted=1
-- rows not_converted: first_upgrades converted=0
-- column converted: users whose first upgrade lies in the period
-- column not_converted: users first seen until its end who had not upgraded until then
--   (right-censored)
-- column p25_days: a quarter took at most so long
-- column median_days: half of them
-- column p75_days: three quarters
-- caveat: Where the registration is unknown the first event stands for it. Users who have not
--   upgraded yet are not in the days: those who are slow are missing, so the figures are low.
with begun as (
  select e.user_id, coalesce(u.registered_at, e.first_at) as begun_at, e.first_at
  from (
    select user_id, min(first_at) as first_at
    from session_hours
    where user_id is not null
    group by user_id
  ) as e
  join users u on u.user_id = e.user_id
),
upgraded as (
  select user_id, min(changed_at) as upgraded_at
  from level_changes
  where kind = 'upgrade'
  group by user_id
),
taken as (
  select
    b.user_id,
    case when u.upgraded_at < dateadd(day, 1, cast(:to as timestamp)) then 1 else 0 end
      as has_converted,
    case when u.upgraded_at >= cast(:from as timestamp)
      and u.upgraded_at < dateadd(day, 1, cast(:to as timestamp))
      then cast(datediff(second, b.begun_at, u.upgraded_at) as double precision) / 86400 end as days
  from begun b
  left join upgraded u on u.user_id = b.user_id
  where b.first_at < dateadd(day, 1, cast(:to as timestamp))
)
select
  count(days) as converted,
  cast(count(*) - coalesce(sum(has_converted), 0) as bigint) as not_converted,
  percentile_cont(0.25) within group (order by days) as p25_days,
  percentile_cont(0.5) within group (order by days) as median_days,
  percentile_cont(0.75) within group (order by days) as p75_days
from taken;
