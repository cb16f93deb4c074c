-- Events by page and level.
-- grain: one line of the answer key
select page || ', ' || coalesce(level, 'none') as key, count(*) as count
from events
group by page || ', ' || coalesce(level, 'none');
