-- No event lies more than a day after the load that brought the last one: clocks are right.
-- grain: one event from the future
select event_time, session_id, item_in_session, user_id
from events
where event_time > dateadd(day, 1, (
  select coalesce(max(finished_at), timestamp '9999-12-30 00:00:00')
  from etl_loads
  where status = 'loaded'
));
