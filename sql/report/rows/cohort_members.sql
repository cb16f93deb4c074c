-- Users of one cohort who played in one week after it began.
-- title: Users of the cohort
-- unit: users
-- grain: one user
-- keys: cohort date, week_number number
-- order: plays desc, user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column first_play: their first play, UTC
-- column plays: plays in the week
select
  u.user_id,
  u.first_name,
  u.last_name,
  f.first_play,
  w.plays
from (
  select user_id, min(start_time) as first_play
  from songplays
  group by user_id
) as f
join (
  select user_id, count(*) as plays
  from songplays
  where start_time >= dateadd(day, 7 * :week_number, cast(:cohort as timestamp))
    and start_time < dateadd(day, 7 * :week_number + 7, cast(:cohort as timestamp))
  group by user_id
) as w on w.user_id = f.user_id
join users u on u.user_id = f.user_id
where f.first_play >= cast(:cohort as timestamp)
  and f.first_play < dateadd(day, 7, cast(:cohort as timestamp));
