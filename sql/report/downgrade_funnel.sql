-- Paid users who look at Downgrade, submit it, begin to cancel, or cancel.
-- metric: M14
-- title: Downgrade funnel
-- unit: users
-- grain: one step
-- parameters: from, to
-- shape: users
-- rows users: downgrade_steps
-- column step: 1 to 5
-- column name: was paid, saw Downgrade, submitted it, began to cancel, cancelled
-- column users: paid users who did that
-- column share: of the users of the first step, 0 to 1
-- caveat: Not a sequence: a user may cancel without Downgrade. A view alone is a weak signal.
with paid as (
  select
    user_id,
    max(case when downgrade_view_count > 0 then 1 else 0 end) as saw,
    max(case when downgrade_submit_count > 0 then 1 else 0 end) as submitted,
    max(case when cancel_view_count > 0 then 1 else 0 end) as began,
    max(case when cancellation_count > 0 then 1 else 0 end) as cancelled
  from session_hours
  where user_id is not null
    and level = 'paid'
    and hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
  group by user_id
),
steps as (
  select 1 as step, 'was paid' as name, count(*) as users
  from paid
  union all
  select 2, 'saw Downgrade', cast(coalesce(sum(saw), 0) as bigint)
  from paid
  union all
  select 3, 'submitted it', cast(coalesce(sum(submitted), 0) as bigint)
  from paid
  union all
  select 4, 'began to cancel', cast(coalesce(sum(began), 0) as bigint)
  from paid
  union all
  select 5, 'cancelled', cast(coalesce(sum(cancelled), 0) as bigint)
  from paid
)
select
  step,
  name,
  users,
  cast(users as double precision)
    / nullif(first_value(users) over (order by step rows unbounded preceding), 0) as share
from steps
order by step;
