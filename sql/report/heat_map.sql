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
  extract(dow from start_time) as weekday,
  extract(hour from start_time) as hour,
  count(*) as plays,
  count(distinct user_id) as listeners
from songplays
where start_time >= cast(:from as timestamp)
  and start_time < dateadd(day, 1, cast(:to as timestamp))
  and (:level = 'all' or level = :level)
group by extract(dow from start_time), extract(hour from start_time)
order by weekday, hour;
