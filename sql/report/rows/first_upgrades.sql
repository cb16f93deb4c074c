-- Users whose first upgrade lies in the period; or users who had been free, but had not upgraded,
-- when it ended.
-- title: First upgrades
-- unit: users
-- grain: one user
-- parameters: from, to
-- keys: converted number
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column begun_at: registration, or the first event where it is unknown, UTC
-- column upgraded_at: first upgrade of all
-- column days: from the one to the other
select
  u.user_id,
  u.first_name,
  u.last_name,
  coalesce(u.registered_at, e.first_at) as begun_at,
  c.upgraded_at,
  cast(datediff(second, coalesce(u.registered_at, e.first_at), c.upgraded_at) as double precision)
    / 86400 as days
from (
  select user_id, min(event_time) as first_at
  from events
  where user_id is not null
  group by user_id
) as e
join users u on u.user_id = e.user_id
left join (
  select user_id, min(changed_at) as upgraded_at
  from level_changes
  where kind = 'upgrade'
  group by user_id
) as c on c.user_id = e.user_id
left join (
  select distinct user_id
  from user_history
  where level = 'free'
    and valid_from < dateadd(day, 1, cast(:to as timestamp))
) as f on f.user_id = e.user_id
where :converted = 1
    and c.upgraded_at >= cast(:from as timestamp)
    and c.upgraded_at < dateadd(day, 1, cast(:to as timestamp))
  or :converted = 0
    and f.user_id is not null
    and (c.upgraded_at is null or c.upgraded_at >= dateadd(day, 1, cast(:to as timestamp)));
