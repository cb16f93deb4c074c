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
    sum(play_count) as plays,
    cast(sum(listened_seconds) as double precision) / 3600 as observed_hours
  from listening_hours
  where hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by user_id
),
ranked as (
  select
    row_number() over (order by plays desc, user_id) as rank,
    user_id,
    cast(plays as bigint) as plays,
    observed_hours
  from counts
),
presence as (
  select
    r.user_id,
    count(distinct h.session_id) as sessions,
    count(distinct cast(h.hour_at as date)) as active_days
  from ranked r
  join listening_hours h on h.user_id = r.user_id
  where r.rank <= :top
    and h.hour_at >= cast(:from as timestamp)
    and h.hour_at < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or h.level = :level)
  group by r.user_id
)
select
  r.rank,
  r.user_id,
  u.first_name,
  u.last_name,
  u.level,
  r.plays,
  p.sessions,
  p.active_days,
  r.observed_hours
from ranked r
join presence p on p.user_id = r.user_id
join users u on u.user_id = r.user_id
where r.rank <= :top
order by r.rank;
