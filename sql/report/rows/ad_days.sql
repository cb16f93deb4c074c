-- Days of free users with so many adverts and 7 days of logs after them; all of these, or those
-- that an upgrade followed.
-- title: User days
-- unit: user days
-- grain: one day of a user
-- parameters: from, to
-- keys: ads_a_day text, upgraded number
-- order: day, user_id
-- column day: date, UTC
-- column user_id: id
-- column ads: adverts on it
-- column seen_at: the last of them, or the last event where there was none; UTC
-- column upgraded_at: upgrade within 7 days of that
with days as (
  select
    user_id,
    cast(event_time as date) as day,
    sum(case when page = 'Roll Advert' then 1 else 0 end) as ads,
    coalesce(max(case when page = 'Roll Advert' then event_time end), max(event_time)) as seen_at
  from events
  where user_id is not null
    and level = 'free'
    and event_time >= cast(:from as timestamp)
    and event_time < dateadd(day, 1, cast(:to as timestamp))
  group by user_id, cast(event_time as date)
),
followed as (
  select
    d.user_id,
    d.day,
    max(d.ads) as ads,
    max(d.seen_at) as seen_at,
    min(c.changed_at) as upgraded_at
  from days d
  left join level_changes c on c.user_id = d.user_id and c.kind = 'upgrade'
    and c.changed_at >= d.seen_at and c.changed_at <= dateadd(day, 7, d.seen_at)
  where d.seen_at <= (select dateadd(day, -7, max(event_time)) from events)
  group by d.user_id, d.day
)
select day, user_id, ads, seen_at, upgraded_at
from followed
where case when ads = 0 then '0' when ads <= 2 then '1-2' when ads <= 5 then '3-5' else '6+' end
    = :ads_a_day
  and (:upgraded = 0 or upgraded_at is not null);
