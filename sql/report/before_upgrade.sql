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
-- column active_days: of the 14 times 24 hours before their end, those with an event
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
  select 'upgraded' as users_group, user_id, dateadd(day, -14, ends_at) as begins_at, ends_at
  from upgraded
  where ends_at >= cast(:from as timestamp)
    and ends_at < dateadd(day, 1, cast(:to as timestamp))
  union all
  select
    'stayed free',
    e.user_id,
    dateadd(ms, 1, dateadd(day, -14, max(e.last_at))),
    dateadd(ms, 1, max(e.last_at))
  from session_hours e
  left join (select distinct user_id from user_history where level = 'paid') as p
    on p.user_id = e.user_id
  where e.user_id is not null and p.user_id is null
    and e.level = 'free'
    and e.hour_at >= cast(:from as timestamp)
    and e.hour_at < dateadd(day, 1, cast(:to as timestamp))
  group by e.user_id
),
hours as (
  select
    m.users_group, m.user_id, m.begins_at, m.ends_at, h.hour_at, h.first_at, h.last_at,
    h.session_id, h.level, h.play_count, h.upgrade_view_count,
    case when h.level = 'free' then h.ad_count else 0 end as ad_count,
    case when h.first_at >= m.begins_at and h.last_at < m.ends_at then 1 else 0 end as is_whole
  from members m
  join session_hours h
    on h.user_id = m.user_id and h.last_at >= m.begins_at and h.first_at < m.ends_at
),
-- Of the hours in which the 14 days begin or end each event must be looked at. Days are told by how
-- many milliseconds before the end an event was, 1 at least: dates of the calendar would be 15.
parts as (
  select
    users_group,
    user_id,
    cast(null as bigint) as ms_before,
    0 as plays,
    0 as ads,
    0 as upgrade_views
  from members
  union all
  select
    users_group,
    user_id,
    datediff(ms, first_at, ends_at),
    play_count,
    ad_count,
    upgrade_view_count
  from hours
  where is_whole = 1
  union all
  -- One of the days may end within the hour.
  select users_group, user_id, datediff(ms, last_at, ends_at), 0, 0, 0
  from hours
  where is_whole = 1
  union all
  select
    h.users_group,
    h.user_id,
    datediff(ms, e.event_time, h.ends_at),
    case when e.page = 'NextSong' then 1 else 0 end,
    case when e.page = 'Roll Advert' and e.level = 'free' then 1 else 0 end,
    case when e.page = 'Upgrade' then 1 else 0 end
  from hours h
  join events e
    on e.session_id = h.session_id
    and e.user_id = h.user_id
    and date_trunc('hour', e.event_time) = h.hour_at
    and coalesce(e.level, '') = coalesce(h.level, '')
  where h.is_whole = 0
    and e.event_time >= h.begins_at
    and e.event_time < h.ends_at
),
done as (
  select
    users_group,
    user_id,
    sum(plays) as plays,
    count(distinct (ms_before - 1) / 86400000) as active_days,
    sum(ads) as ads,
    sum(upgrade_views) as upgrade_views
  from parts
  group by users_group, user_id
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
