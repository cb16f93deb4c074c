-- Adverts of free users beside what they hear, by week.
-- metric: M16
-- title: Ad load
-- unit: adverts
-- grain: one week with an event of a free user
-- parameters: from, to
-- shape: ads_per_hour
-- rows ads: free_events page='Roll Advert'
-- rows plays: free_events page=NextSong
-- column week: Monday of the ISO week, UTC
-- column ads: adverts while free
-- column plays: plays while free
-- column observed_hours: hours listened while free, where something followed in the session
-- column ads_per_play: ads / plays
-- column ads_per_hour: ads / observed_hours
-- caveat: The level is that of the moment of the advert, not of the day's end. Of a week that the
--   period cuts only the days within it count.
with counts as (
  select
    cast(date_trunc('week', hour_at) as date) as week,
    sum(ad_count) as ads,
    sum(play_count) as plays
  from session_hours
  where user_id is not null
    and level = 'free'
    and hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
  group by cast(date_trunc('week', hour_at) as date)
),
heard as (
  select
    cast(date_trunc('week', hour_at) as date) as week,
    cast(sum(listened_seconds) as double precision) / 3600 as observed_hours
  from listening_hours
  where level = 'free'
    and hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
  group by cast(date_trunc('week', hour_at) as date)
)
select
  c.week,
  cast(c.ads as bigint) as ads,
  cast(c.plays as bigint) as plays,
  h.observed_hours,
  cast(c.ads as double precision) / nullif(c.plays, 0) as ads_per_play,
  c.ads / nullif(h.observed_hours, 0) as ads_per_hour
from counts c
left join heard h on h.week = c.week
order by c.week;
