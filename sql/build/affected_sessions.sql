-- Sessions that gained events, and :sessions_from, :sessions_to, the time they span altogether.
-- grain: one session_id of a new event
-- needs: new_events
drop table if exists affected_sessions;

create temp table affected_sessions as
select
  n.session_id,
  least(n.first_at, coalesce(s.started_at, n.first_at)) as first_at,
  greatest(n.last_at, coalesce(s.ended_at, n.last_at)) as last_at
from (
  select session_id, min(event_time) as first_at, max(event_time) as last_at
  from new_events
  group by session_id
) as n
left join sessions s on s.session_id = n.session_id;

select min(first_at) as sessions_from, max(last_at) as sessions_to
from affected_sessions;
