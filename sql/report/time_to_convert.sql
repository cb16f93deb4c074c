-- Days from registration to the first upgrade, of users who upgraded in the period.
-- metric: M11
-- title: Time to convert
-- unit: days
-- grain: the period
-- parameters: from, to
-- rows converted: first_upgrades converted=1
-- rows not_converted: first_upgrades converted=0
-- column converted: users whose first upgrade lies in the period
-- column not_converted: users who were free at some time until its end and had not upgraded until
--   then (right-censored)
-- column p25_days: a quarter took at most so long
-- column median_days: half of them
-- column p75_days: three quarters
-- caveat: Where the registration is unknown the first event stands for it. Users who have not
--   upgraded yet are not in the days: those who are slow are missing, so the figures are low. Users
--   who were never seen free are in neither number.
with begun as (
  select e.user_id, coalesce(u.registered_at, e.first_at) as begun_at
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
were_free as (
  select distinct user_id
  from user_history
  where level = 'free'
    and valid_from < dateadd(day, 1, cast(:to as timestamp))
),
taken as (
  select
    case when f.user_id is not null
      and (u.upgraded_at is null or u.upgraded_at >= dateadd(day, 1, cast(:to as timestamp)))
      then 1 else 0 end as is_waiting,
    case when u.upgraded_at >= cast(:from as timestamp)
      and u.upgraded_at < dateadd(day, 1, cast(:to as timestamp))
      then cast(datediff(second, b.begun_at, u.upgraded_at) as double precision) / 86400 end as days
  from begun b
  left join upgraded u on u.user_id = b.user_id
  left join were_free f on f.user_id = b.user_id
)
select
  count(days) as converted,
  cast(coalesce(sum(is_waiting), 0) as bigint) as not_converted,
  percentile_cont(0.25) within group (order by days) as p25_days,
  percentile_cont(0.5) within group (order by days) as median_days,
  percentile_cont(0.75) within group (order by days) as p75_days
from taken;
