-- Events by page.
-- grain: one line of the answer key
select page as key, count(*) as count
from events
group by page;
