-- Users who were paid when a month began; all of them, or those who downgraded or cancelled in it.
-- title: Paid users of the month
-- unit: users
-- grain: one user
-- keys: month date, churned number
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column valid_from: since when they were paid, UTC
-- column lost_at: first downgrade or cancellation in the month
select
  u.user_id,
  u.first_name,
  u.last_name,
  h.valid_from,
  c.lost_at
from user_history h
join users u on u.user_id = h.user_id
left join (
  select user_id, min(changed_at) as lost_at
  from level_changes
  where kind in ('downgrade', 'cancel')
    and changed_at >= cast(:month as timestamp)
    and changed_at < dateadd(month, 1, cast(:month as timestamp))
  group by user_id
) as c on c.user_id = h.user_id
where h.level = 'paid'
  and h.valid_from < cast(:month as timestamp)
  and h.valid_to >= cast(:month as timestamp)
  and (:churned = 0 or c.lost_at is not null);
