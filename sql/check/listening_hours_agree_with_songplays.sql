-- The hours of listening that reports read count what the songplays say.
-- grain: one user, session and hour in which they differ
select
  hour_at, session_id, user_id, level, location, user_agent,
  sum(plays) as plays,
  sum(listened) as listened_seconds
from (
  select
    hour_at, session_id, user_id, level, location, user_agent,
    play_count as plays,
    observed_count as observed,
    skip_count as skips,
    coalesce(completion_sum, 0) as completion,
    coalesce(listened_seconds, 0) as listened
  from listening_hours
  union all
  select
    date_trunc('hour', start_time), session_id, user_id, level, location, user_agent,
    -1,
    case when length_seconds > 0 and listened_seconds is not null then -1 else 0 end,
    case when listened_seconds < 30 and listened_seconds < length_seconds and length_seconds > 0
      then -1 else 0 end,
    coalesce(-case when length_seconds > 0 then listened_seconds / length_seconds end, 0),
    coalesce(-listened_seconds, 0)
  from songplays
) as both_sides
group by hour_at, session_id, user_id, level, location, user_agent
having sum(plays) <> 0
  or sum(observed) <> 0
  or sum(skips) <> 0
  or abs(sum(completion)) > 0.000001
  or abs(sum(listened)) > 0.001;
