-- What users did on one page at one level.
-- title: Events at the level
-- unit: events
-- grain: one event
-- parameters: from, to
-- keys: level text, page text
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
where user_id is not null
  and page = :page
  and (level = :level or level is null and :level is null)
  and event_time >= cast(:from as timestamp)
  and event_time < dateadd(day, 1, cast(:to as timestamp));
