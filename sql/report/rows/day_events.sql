-- Events of one day; all of them, or the errors alone.
-- title: Events of the day
-- unit: events
-- grain: one event
-- keys: day date, errors number
-- order: event_time, session_id, item_in_session
-- column event_time: when, UTC
-- column user_id: who; NULL: a visitor
-- column session_id: the visit
-- column item_in_session: its place in the visit
-- column page: what was asked for
-- column level: of the user at that moment
-- column status: of the answer
-- column location: as the log names it
select
  event_time,
  user_id,
  session_id,
  item_in_session,
  page,
  level,
  status,
  location
from events
where event_time >= cast(:day as timestamp)
  and event_time < dateadd(day, 1, cast(:day as timestamp))
  and (:errors = 0 or status >= 400 or page = 'Error');
