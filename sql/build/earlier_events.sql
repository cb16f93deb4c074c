-- What the warehouse knew of the affected sessions before this load. Their row_ids are below 0.
-- grain: one earlier event of an affected session
-- needs: affected_sessions
drop table if exists etl_earlier_events;

create temp table etl_earlier_events as
select
  -row_number() over (order by e.session_id) as row_id,
  e.session_id, e.item_in_session, e.event_time, e.user_id, e.page, e.status, e.level,
  e.location, e.user_agent
from events e
join etl_affected_sessions a on a.session_id = e.session_id
where e.event_time between :sessions_from and :sessions_to;
