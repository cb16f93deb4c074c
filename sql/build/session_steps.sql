-- Every event of an affected session with what follows it in the session, and what is known of
-- its visitor by the session's end.
-- grain: one event of an affected session
-- needs: affected_sessions, events
drop table if exists session_steps;

create temp table session_steps as
select
  e.session_id,
  e.item_in_session,
  e.event_time,
  e.user_id,
  e.page,
  e.status,
  e.level,
  datediff(
    millisecond,
    e.event_time,
    lead(e.event_time) over (
      partition by e.session_id
      order by e.event_time, e.item_in_session, e.user_id nulls first
    )
  ) / cast(1000 as double precision) as seconds_to_next,
  row_number() over (
    partition by e.session_id
    order by e.event_time, e.item_in_session, e.user_id nulls first
  ) as step,
  last_value(e.user_id ignore nulls) over (
    partition by e.session_id
    order by e.event_time, e.item_in_session, e.user_id nulls first
    rows between unbounded preceding and unbounded following
  ) as last_user_id,
  last_value(e.location ignore nulls) over (
    partition by e.session_id
    order by e.event_time, e.item_in_session, e.user_id nulls first
    rows between unbounded preceding and unbounded following
  ) as last_location,
  last_value(e.user_agent ignore nulls) over (
    partition by e.session_id
    order by e.event_time, e.item_in_session, e.user_id nulls first
    rows between unbounded preceding and unbounded following
  ) as last_user_agent
from events e
join affected_sessions a on a.session_id = e.session_id
where e.event_time between :sessions_from and :sessions_to;
