-- Events that ended in an error, the sessions they hit, and whether those users came back.
-- metric: M23
-- title: Error rate
-- unit: share
-- grain: one day with an event
-- parameters: from, to
-- shape: error_rate
-- rows errors: day_events errors=1
-- rows events: day_events errors=0
-- rows users_hit: users_hit
-- column day: date, UTC
-- column events: events, also of visitors
-- column errors: of these, with a status of 400 or more or the page Error
-- column error_rate: errors / events, 0 to 1
-- column session_share: share of the day's sessions with an error, 0 to 1
-- column users_hit: known users who met one
-- column came_back: of these, users with an event on the next day
-- caveat: A status of 307 is the answer to a form and no error. came_back of the last day that was
--   logged is not known yet: NULL.
with session_days as (
  select
    cast(hour_at as date) as day,
    session_id,
    sum(event_count) as events,
    sum(error_count) as errors
  from session_hours
  where hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
  group by cast(hour_at as date), session_id
),
by_day as (
  select
    day,
    sum(events) as events,
    sum(errors) as errors,
    count(*) as sessions,
    count(case when errors > 0 then 1 end) as hit_sessions
  from session_days
  group by day
),
hit as (
  select distinct user_id, cast(hour_at as date) as day
  from session_hours
  where user_id is not null
    and error_count > 0
    and hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
),
back as (
  select h.day, count(distinct h.user_id) as users_hit, count(distinct e.user_id) as came_back
  from hit h
  left join session_hours e on e.user_id = h.user_id and cast(e.hour_at as date) = h.day + 1
  group by h.day
)
select
  d.day,
  cast(d.events as bigint) as events,
  cast(d.errors as bigint) as errors,
  cast(d.errors as double precision) / d.events as error_rate,
  cast(d.hit_sessions as double precision) / d.sessions as session_share,
  coalesce(b.users_hit, 0) as users_hit,
  case when d.day < l.last_day then coalesce(b.came_back, 0) end as came_back
from by_day d
cross join (select cast(max(hour_at) as date) as last_day from session_hours) as l
left join back b on b.day = d.day
order by d.day;
