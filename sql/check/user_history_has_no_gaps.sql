-- A user's stays follow each other without gap, overlap or repetition; the last one is current.
-- grain: one stay that does not fit the next
select user_id, level, valid_from, valid_to, next_from, next_level, is_current
from (
  select
    user_id, level, valid_from, valid_to, is_current,
    lead(valid_from) over (partition by user_id order by valid_from) as next_from,
    lead(level) over (partition by user_id order by valid_from) as next_level
  from user_history
) as stays
where valid_to <= valid_from
  or (next_from is not null and (valid_to <> next_from or level = next_level or is_current))
  or (
    next_from is null
    and (valid_to <> timestamp '9999-12-31 00:00:00' or not is_current)
  );
