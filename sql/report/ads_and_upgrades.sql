-- Upgrades within 7 days, by how many adverts a free user met on a day.
-- metric: M17
-- title: Ads and upgrades
-- unit: user days
-- grain: one range of adverts a day
-- parameters: from, to
-- shape: upgrade_share
-- rows upgraded: ad_days upgraded=1
-- rows user_days: ad_days upgraded=0
-- column ads_a_day: 0, 1-2, 3-5 or 6+
-- column user_days: days on which a user was seen while free, with 7 days of logs after them
-- column upgraded: of these, days followed by an upgrade within 7 days of the day's last advert, or
--   of its last event where there was none
-- column upgrade_share: upgraded / user_days, 0 to 1
-- caveat: An association, not a cause: those who listen much meet many adverts. Days whose 7
--   days were not over when the logs end are left out: nobody knows yet what follows them.
with days as (
  select
    user_id,
    cast(hour_at as date) as day,
    sum(ad_count) as ads,
    coalesce(max(last_ad_at), max(last_at)) as seen_at
  from session_hours
  where user_id is not null
    and level = 'free'
    and hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
  group by user_id, cast(hour_at as date)
),
followed as (
  select
    d.user_id,
    d.day,
    max(d.ads) as ads,
    max(case when c.user_id is null then 0 else 1 end) as has_upgraded
  from days d
  left join level_changes c on c.user_id = d.user_id and c.kind = 'upgrade'
    and c.changed_at >= d.seen_at and c.changed_at <= dateadd(day, 7, d.seen_at)
  where d.seen_at <= (select dateadd(day, -7, max(last_at)) from session_hours)
  group by d.user_id, d.day
),
ranges as (
  select
    case when ads = 0 then '0' when ads <= 2 then '1-2' when ads <= 5 then '3-5' else '6+' end
      as ads_a_day,
    has_upgraded
  from followed
)
select
  ads_a_day,
  count(*) as user_days,
  cast(sum(has_upgraded) as bigint) as upgraded,
  avg(cast(has_upgraded as double precision)) as upgrade_share
from ranges
group by ads_a_day
order by ads_a_day;
