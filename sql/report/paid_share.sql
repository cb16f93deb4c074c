-- Users by level at the end of each day, and the share who pay.
-- metric: M07
-- title: Paid share
-- unit: users
-- grain: one day with an event
-- parameters: from, to
-- shape: paid_users
-- rows paid_users: users_at_day_end stay=paid
-- rows free_users: users_at_day_end stay=free
-- rows live_users: users_at_day_end stay=any
-- column day: date, UTC
-- column paid_users: users who were paid at its end
-- column free_users: users who were free at its end
-- column live_users: users seen until then who have not cancelled
-- column paid_share: paid_users / live_users, 0 to 1
-- caveat: A stock of all users seen so far, not of those who were active on the day. Users the logs
--   have not shown yet are missing, so the first days are low.
with days as (
  select distinct cast(hour_at as date) as day
  from session_hours
),
changes as (
  -- A stay counts at the end of each day that ends within it.
  select
    cast(valid_from as date) as day,
    case when level = 'paid' then 1 else 0 end as paid,
    case when level = 'free' then 1 else 0 end as free,
    case when level <> 'cancelled' then 1 else 0 end as live
  from user_history
  union all
  select
    cast(valid_to as date),
    case when level = 'paid' then -1 else 0 end,
    case when level = 'free' then -1 else 0 end,
    case when level <> 'cancelled' then -1 else 0 end
  from user_history
  where valid_to < timestamp '9999-12-31 00:00:00'
  union all
  select day, 0, 0, 0
  from days
),
by_day as (
  select day, sum(paid) as paid, sum(free) as free, sum(live) as live
  from changes
  group by day
),
running as (
  select
    day,
    sum(paid) over (order by day rows unbounded preceding) as paid_users,
    sum(free) over (order by day rows unbounded preceding) as free_users,
    sum(live) over (order by day rows unbounded preceding) as live_users
  from by_day
)
select
  r.day,
  cast(r.paid_users as bigint) as paid_users,
  cast(r.free_users as bigint) as free_users,
  cast(r.live_users as bigint) as live_users,
  cast(r.paid_users as double precision) / nullif(r.live_users, 0) as paid_share
from running r
join days d on d.day = r.day
where r.day >= cast(:from as timestamp)
  and r.day <= cast(:to as timestamp)
order by r.day;
