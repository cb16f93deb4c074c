-- Users who upgraded, or those who stayed free, and when their 14 days end.
-- title: Users of the group
-- unit: users
-- grain: one user
-- parameters: from, to
-- keys: users_group text
-- order: user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column ends_at: the first upgrade, or the last event of who stayed free; UTC
with upgraded as (
  select user_id, min(changed_at) as ends_at
  from level_changes
  where kind = 'upgrade'
  group by user_id
),
members as (
  select 'upgraded' as users_group, user_id, ends_at
  from upgraded
  where ends_at >= cast(:from as timestamp)
    and ends_at < dateadd(day, 1, cast(:to as timestamp))
  union all
  select 'stayed free', e.user_id, dateadd(ms, 1, max(e.event_time))
  from events e
  left join (select distinct user_id from user_history where level = 'paid') as p
    on p.user_id = e.user_id
  where e.user_id is not null and p.user_id is null
    and e.level = 'free'
    and e.event_time >= cast(:from as timestamp)
    and e.event_time < dateadd(day, 1, cast(:to as timestamp))
  group by e.user_id
)
select
  u.user_id,
  u.first_name,
  u.last_name,
  m.ends_at
from members m
join users u on u.user_id = m.user_id
where m.users_group = :users_group;
