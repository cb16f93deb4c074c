-- Users who did anything in a week, named by its Monday (UTC).
-- grain: one line of the answer key
select to_char(week, 'YYYY-MM-DD') as key, count(*) as count
from (
  select distinct user_id, date_trunc('week', event_time) as week
  from events
  where user_id is not null
) as active
group by to_char(week, 'YYYY-MM-DD');
