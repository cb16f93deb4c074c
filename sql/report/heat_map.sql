-- Plays by weekday and hour.
-- metric: M19
-- title: Plays by weekday and hour
-- unit: plays
-- grain: one weekday and hour
-- parameters: from, to, level
-- shape: plays
-- rows plays: hour_plays
-- column weekday: 0 is Sunday
-- column hour: 0 to 23, UTC
-- column plays: plays that began in it
-- column listeners: users who played in it
-- caveat: UTC, not the listener's time: the logs do not hold a time zone. Hours without a play have
--   no row.
select
  extract(dow from hour_at) as weekday,
  extract(hour from hour_at) as hour,
  cast(sum(play_count) as bigint) as plays,
  count(distinct user_id) as listeners
from listening_hours
where hour_at >= cast(:from as timestamp)
  and hour_at < dateadd(day, 1, cast(:to as timestamp))
  and (:level = 'all' or level = :level)
group by extract(dow from hour_at), extract(hour from hour_at)
order by weekday, hour;
