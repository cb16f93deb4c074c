-- No event stands twice in events.
-- grain: one repeated key
select session_id, item_in_session, event_time, user_id, count(*) as row_count
from events
group by session_id, item_in_session, event_time, user_id
having count(*) > 1;
