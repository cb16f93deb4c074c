-- Users who did anything on a day (UTC).
-- grain: one line of the answer key
select to_char(day, 'YYYY-MM-DD') as key, count(*) as count
from (
  select distinct user_id, date_trunc('day', event_time) as day
  from events
  where user_id is not null
) as active
group by to_char(day, 'YYYY-MM-DD');
