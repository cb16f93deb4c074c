-- Users who were free at some time of the period; all of them, or those who upgraded in it.
-- title: Free users
-- unit: users
-- grain: one user
-- parameters: from, to
-- keys: converted number
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column free_from: since when, UTC
-- column upgraded_at: first upgrade in the period
select
  u.user_id,
  u.first_name,
  u.last_name,
  f.free_from,
  c.upgraded_at
from (
  select user_id, min(valid_from) as free_from
  from user_history
  where level = 'free'
    and valid_from < dateadd(day, 1, cast(:to as timestamp))
    and valid_to >= cast(:from as timestamp)
  group by user_id
) as f
join users u on u.user_id = f.user_id
left join (
  select user_id, min(changed_at) as upgraded_at
  from level_changes
  where kind = 'upgrade'
    and changed_at >= cast(:from as timestamp)
    and changed_at < dateadd(day, 1, cast(:to as timestamp))
  group by user_id
) as c on c.user_id = f.user_id
where :converted = 0 or c.upgraded_at is not null;
