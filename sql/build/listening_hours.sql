-- Counts what was heard in the hours of the sessions that gained events anew.
-- grain: one (session_id, user_id, level, location, user_agent) in an hour with a play
-- needs: songplays
delete from listening_hours
using etl_affected_sessions
where etl_affected_sessions.session_id = listening_hours.session_id
  and listening_hours.hour_at
    between dateadd(hour, -1, cast(:sessions_from as timestamp)) and :sessions_to;

insert into listening_hours (
  hour_at, session_id, user_id, level, location, user_agent, play_count, observed_count,
  skip_count, completion_sum, listened_seconds
)
select
  date_trunc('hour', p.start_time),
  p.session_id,
  p.user_id,
  p.level,
  p.location,
  p.user_agent,
  count(*),
  count(case when p.length_seconds > 0 then p.listened_seconds end),
  count(case when p.listened_seconds < 30 and p.listened_seconds < p.length_seconds
    and p.length_seconds > 0 then 1 end),
  sum(case when p.length_seconds > 0 then p.listened_seconds / p.length_seconds end),
  sum(p.listened_seconds)
from songplays p
join etl_affected_sessions a on a.session_id = p.session_id
where p.start_time between :affected_from and :affected_to
group by
  date_trunc('hour', p.start_time), p.session_id, p.user_id, p.level, p.location, p.user_agent;
