-- Users by the week of their first event, named by its Monday (UTC), and whether they did anything
-- so many weeks later.
-- grain: one line of the answer key
select
  to_char(first_week, 'YYYY-MM-DD') || ' +'
    || cast(datediff(day, first_week, week) / 7 as varchar(64)) as key,
  count(*) as count
from (
  select user_id, week, min(week) over (partition by user_id) as first_week
  from (
    select distinct user_id, date_trunc('week', event_time) as week
    from events
    where user_id is not null
  ) as active
) as aged
group by first_week, week;
