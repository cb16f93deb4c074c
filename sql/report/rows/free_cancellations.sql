-- Users who were free and cancelled in one month.
-- title: Free users who cancelled
-- unit: users
-- grain: one user
-- keys: month date
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column cancelled_at: when, UTC
select
  u.user_id,
  u.first_name,
  u.last_name,
  c.cancelled_at
from (
  select user_id, min(changed_at) as cancelled_at
  from level_changes
  where kind = 'cancel'
    and from_level = 'free'
    and changed_at >= cast(:month as timestamp)
    and changed_at < dateadd(month, 1, cast(:month as timestamp))
  group by user_id
) as c
join users u on u.user_id = c.user_id;
