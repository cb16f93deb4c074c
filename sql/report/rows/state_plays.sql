-- Plays in one state, also those in a metro that it shares with others.
-- title: Plays of the state
-- unit: plays
-- grain: one play
-- parameters: from, to, level
-- keys: state text
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
where (
    strpos('-' || split_part(location, ', ', 2) || '-', '-' || :state || '-') > 0
    or :state = 'unknown' and coalesce(split_part(location, ', ', 2), '') = ''
  )
  and start_time >= cast(:from as timestamp)
  and start_time < dateadd(day, 1, cast(:to as timestamp))
  and (:level = 'all' or level = :level);
