-- The users who play most.
-- title: Most active users
-- unit: plays
-- grain: one user
-- parameters: from, to, level, top
-- shape: plays
-- rows plays: user_plays
-- column rank: 1 is the most active
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column level: as of their last event
-- column plays: plays
-- column sessions: sessions with a play
-- column active_days: days with a play, UTC
-- column observed_hours: hours listened, where something followed in the session
-- caveat: `level` as a filter is the level at the time of the play.
with counts as (
  select
    user_id,
    count(*) as plays,
    count(distinct session_id) as sessions,
    count(distinct cast(start_time as date)) as active_days,
    cast(sum(listened_seconds) as double precision) / 3600 as observed_hours
  from songplays
  where start_time >= cast(:from as timestamp)
    and start_time < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by user_id
),
ranked as (
  select
    row_number() over (order by plays desc, user_id) as rank,
    user_id,
    plays,
    sessions,
    active_days,
    observed_hours
  from counts
)
select
  r.rank,
  r.user_id,
  u.first_name,
  u.last_name,
  u.level,
  r.plays,
  r.sessions,
  r.active_days,
  r.observed_hours
from ranked r
join users u on u.user_id = r.user_id
where r.rank <= :top
order by r.rank;
