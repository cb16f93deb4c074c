-- Plays by day of the week.
-- title: Plays by weekday
-- unit: plays
-- grain: one weekday
-- parameters: from, to, level
-- shape: plays
-- rows plays: weekday_plays
-- column weekday: 0 is Sunday
-- column name: of the day
-- column plays: plays that began on it, UTC
-- column listeners: users who played on it
-- caveat: UTC, not the listener's time.
select
  extract(dow from hour_at) as weekday,
  case extract(dow from hour_at)
    when 0 then 'Sunday' when 1 then 'Monday' when 2 then 'Tuesday' when 3 then 'Wednesday'
    when 4 then 'Thursday' when 5 then 'Friday' else 'Saturday'
  end as name,
  cast(sum(play_count) as bigint) as plays,
  count(distinct user_id) as listeners
from listening_hours
where hour_at >= cast(:from as timestamp)
  and hour_at < dateadd(day, 1, cast(:to as timestamp))
  and (:level = 'all' or level = :level)
group by extract(dow from hour_at)
order by weekday;
