-- Adds the new events to the fact of all events.
-- grain: one logged event
-- needs: new_events
insert into events (
  event_time, user_id, session_id, item_in_session, page, auth, method, status, level, location,
  user_agent
)
select
  event_time, user_id, session_id, item_in_session, page, auth, method, status, level, location,
  user_agent
from new_events;
