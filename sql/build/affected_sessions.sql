-- Sessions that gained events; :sessions_from, :sessions_to, the time that those of them span which
-- the warehouse knew before; :affected_from, :affected_to, the time that all of them span now.
-- grain: one session_id of a new event
-- needs: duplicates
drop table if exists etl_affected_sessions;

create temp table etl_affected_sessions as
select
  n.session_id,
  s.started_at as known_from,
  s.ended_at as known_to
from (
  select distinct session_id
  from staging_events
  where is_duplicate = 0
) as n
left join sessions s on s.session_id = n.session_id;

select
  min(known_from) as sessions_from,
  max(known_to) as sessions_to,
  least(min(known_from), cast(:batch_from as timestamp)) as affected_from,
  greatest(max(known_to), cast(:batch_to as timestamp)) as affected_to
from etl_affected_sessions;
