-- Adds the new events to the fact of all events.
-- grain: one logged event
-- needs: earlier_events
insert into events (
  event_time, user_id, session_id, item_in_session, page, auth, method, status, level, location,
  user_agent
)
select
  ts, user_id, session_id, item_in_session, page, auth, method, status, level, location,
  user_agent
from staging_events
where is_duplicate = 0;
