-- Users who were in one state in one week.
-- title: Users in the state
-- unit: users
-- grain: one user
-- keys: week date, state text
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column state: new, returning, resurrected or dormant
-- column week_before: Monday of the week in which they had played before; NULL: never
with weeks as (
  select distinct user_id, cast(date_trunc('week', start_time) as date) as week
  from songplays
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
    user_id,
    week,
    week_before,
    case
      when week_before is null then 'new'
      when week_before = week - 7 then 'returning'
      else 'resurrected'
    end as state
  from aged
  where week > (select min(week) from weeks)
  union all
  select user_id, week + 7, week, 'dormant'
  from aged
  where week_after is null or week_after > week + 7
)
select
  u.user_id,
  u.first_name,
  u.last_name,
  s.state,
  s.week_before
from states s
join users u on u.user_id = s.user_id
where s.week = cast(:week as date)
  and s.state = :state;
