-- Plays and observed listening by level at the time of the play, for each user who played at it.
-- metric: M05
-- title: Plays per user
-- unit: plays
-- grain: one level
-- parameters: from, to, level
-- shape: plays
-- rows plays: level_plays
-- rows listeners: level_listeners
-- column level: level at the time of the play
-- column listeners: users who played at that level
-- column plays: plays
-- column observed_hours: hours listened, where something followed in the session
-- column plays_per_user: plays / listeners
-- column hours_per_user: observed_hours / listeners
-- caveat: The last play of a session is in plays, but not in hours: how long it was heard is not
--   known. A user who changed level counts at both.
with listeners as (
  select level, user_id, sum(play_count) as plays, sum(listened_seconds) as listened_seconds
  from listening_hours
  where hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by level, user_id
)
select
  level,
  count(*) as listeners,
  cast(sum(plays) as bigint) as plays,
  cast(sum(listened_seconds) as double precision) / 3600 as observed_hours,
  cast(sum(plays) as double precision) / count(*) as plays_per_user,
  cast(sum(listened_seconds) as double precision) / 3600 / count(*) as hours_per_user
from listeners
group by level
order by level;
