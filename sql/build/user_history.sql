-- Rewrites the stays that may have changed: the current one of users who went on, all of users
-- with late events.
-- grain: one user's stay at one level
-- needs: level_versions
delete from user_history
using etl_late_users
where etl_late_users.user_id = user_history.user_id;

delete from user_history
using etl_level_versions
where etl_level_versions.user_id = user_history.user_id
  and etl_level_versions.is_continued = 1
  and user_history.is_current;

insert into user_history (user_id, level, valid_from, valid_to, is_current)
select
  user_id,
  stay,
  valid_from,
  coalesce(closed_at, timestamp '9999-12-31 00:00:00'),
  closed_at is null
from etl_level_versions;
