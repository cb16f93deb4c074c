-- Sessions of known users by week: how many, how long, with how many plays.
-- metric: M04
-- title: Sessions
-- unit: sessions
-- grain: one week
-- parameters: from, to
-- shape: sessions
-- rows sessions: sessions_begun
-- column week: Monday of the ISO week in which they began, UTC
-- column sessions: sessions begun
-- column sessions_per_user: sessions / users with one
-- column median_seconds: median length
-- column p90_seconds: length that a tenth of them exceed
-- column median_plays: median number of plays
-- column bounce_share: share with one event only, 0 to 1
-- caveat: A session's length ends with its last event: the song that plays then is not in it. Of a
--   week that the period cuts only the days within it count.
with lengths as (
  select
    cast(date_trunc('week', started_at) as date) as week,
    user_id,
    cast(datediff(ms, started_at, ended_at) as double precision) / 1000 as seconds,
    cast(play_count as double precision) as plays,
    event_count
  from sessions
  where user_id is not null
    and started_at >= cast(:from as timestamp)
    and started_at < dateadd(day, 1, cast(:to as timestamp))
),
counts as (
  select
    week,
    count(*) as sessions,
    cast(count(*) as double precision) / count(distinct user_id) as sessions_per_user,
    avg(case when event_count = 1 then 1.0::double precision else 0 end) as bounce_share
  from lengths
  group by week
),
-- Redshift takes one order for all percentiles of a query.
seconds as (
  select
    week,
    percentile_cont(0.5) within group (order by seconds) as median_seconds,
    percentile_cont(0.9) within group (order by seconds) as p90_seconds
  from lengths
  group by week
),
plays as (
  select week, percentile_cont(0.5) within group (order by plays) as median_plays
  from lengths
  group by week
)
select
  c.week,
  c.sessions,
  c.sessions_per_user,
  s.median_seconds,
  s.p90_seconds,
  p.median_plays,
  c.bounce_share
from counts c
join seconds s on s.week = c.week
join plays p on p.week = c.week
order by c.week;
