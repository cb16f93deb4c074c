-- Plays at one level.
-- title: Plays at the level
-- unit: plays
-- grain: one play
-- parameters: from, to
-- keys: level text
-- order: start_time, session_id, item_in_session
-- column start_time: when it began, UTC
-- column user_id: who played it
-- column level: theirs at that moment
-- column artist_name: as the log names it
-- column song_title: as the log names it
-- column listened_seconds: how long it was heard; NULL: not known
-- column length_seconds: how long it is
-- column session_id: the visit
-- column item_in_session: its place in the visit
-- column location: as the log names it
select
  start_time,
  user_id,
  level,
  artist_name,
  song_title,
  listened_seconds,
  length_seconds,
  session_id,
  item_in_session,
  location
from songplays
where (level = :level or level is null and :level is null)
  and start_time >= cast(:from as timestamp)
  and start_time < dateadd(day, 1, cast(:to as timestamp));
