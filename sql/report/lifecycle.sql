-- Users of each week by what they were the week before: new, returning, resurrected or dormant.
-- metric: M03
-- title: Lifecycle
-- unit: users
-- grain: one week and state
-- parameters: from, to
-- shape: users
-- rows users: lifecycle_users
-- column week: Monday of the ISO week, UTC
-- column state: new (first play ever), returning (played the week before), resurrected (played
--   before, not the week before) or dormant (played the week before, not in this one)
-- column users: users in that state; those who are dormant are negative
-- caveat: The first week with a play is left out: everyone would be new in it. In the second some
--   who came before may seem so. The last week may not be over, its dormant users may still come.
with weeks as (
  select distinct user_id, cast(date_trunc('week', hour_at) as date) as week
  from listening_hours
),
aged as (
  select
    user_id,
    week,
    lag(week) over (partition by user_id order by week) as week_before,
    lead(week) over (partition by user_id order by week) as week_after
  from weeks
),
states as (
  select
    week,
    case
      when week_before is null then 'new'
      when week_before = week - 7 then 'returning'
      else 'resurrected'
    end as state,
    1 as users
  from aged
  where week > (select min(week) from weeks)
  union all
  select week + 7, 'dormant', -1
  from aged
  where (week_after is null or week_after > week + 7)
    and week + 7 <= (select max(week) from weeks)
)
select week, state, cast(sum(users) as bigint) as users
from states
where week >= date_trunc('week', cast(:from as timestamp))
  and week <= cast(:to as timestamp)
group by week, state
order by week, state;
