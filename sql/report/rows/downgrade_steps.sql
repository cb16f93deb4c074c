-- Paid users who did what one step of the downgrade funnel names.
-- title: Users of the step
-- unit: users
-- grain: one user
-- parameters: from, to
-- keys: step number
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column saw_at: first sight of Downgrade while paid, UTC
-- column submitted_at: its submission
-- column began_at: first sight of Cancel
-- column cancelled_at: cancellation
with paid as (
  select
    user_id,
    min(case when page = 'Downgrade' then event_time end) as saw_at,
    min(case when page = 'Submit Downgrade' then event_time end) as submitted_at,
    min(case when page = 'Cancel' then event_time end) as began_at,
    min(case when page = 'Cancellation Confirmation' then event_time end) as cancelled_at
  from events
  where user_id is not null
    and level = 'paid'
    and event_time >= cast(:from as timestamp)
    and event_time < dateadd(day, 1, cast(:to as timestamp))
  group by user_id
)
select
  u.user_id,
  u.first_name,
  u.last_name,
  p.saw_at,
  p.submitted_at,
  p.began_at,
  p.cancelled_at
from paid p
join users u on u.user_id = p.user_id
where :step = 1
  or :step = 2 and p.saw_at is not null
  or :step = 3 and p.submitted_at is not null
  or :step = 4 and p.began_at is not null
  or :step = 5 and p.cancelled_at is not null;
