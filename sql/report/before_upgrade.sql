-- What users did in the 14 days before their first upgrade, beside users who stayed free.
-- metric: M12
-- title: Before the upgrade
-- unit: per user
-- grain: one group of users
-- parameters: from, to
-- rows users: before_upgrade_users
-- column users_group: upgraded, or stayed free: never seen paid
-- column users: users in it
-- column plays: plays in the 14 days, average of a user
-- column active_days: days with an event
-- column ads: adverts while free
-- column upgrade_views: views of the page Upgrade
-- caveat: For those who stayed free the 14 days end with their last event. An association: the
--   groups differ in more than this.
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
),
done as (
  select
    m.users_group,
    m.user_id,
    sum(case when e.page = 'NextSong' then 1 else 0 end) as plays,
    count(distinct cast(e.event_time as date)) as active_days,
    sum(case when e.page = 'Roll Advert' and e.level = 'free' then 1 else 0 end) as ads,
    sum(case when e.page = 'Upgrade' then 1 else 0 end) as upgrade_views
  from members m
  left join events e on e.user_id = m.user_id
    and e.event_time >= dateadd(day, -14, m.ends_at) and e.event_time < m.ends_at
  group by m.users_group, m.user_id
)
select
  users_group,
  count(*) as users,
  avg(cast(plays as double precision)) as plays,
  avg(cast(active_days as double precision)) as active_days,
  avg(cast(ads as double precision)) as ads,
  avg(cast(upgrade_views as double precision)) as upgrade_views
from done
group by users_group
order by users_group desc;
