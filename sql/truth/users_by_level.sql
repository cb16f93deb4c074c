-- Users by their level at last.
-- grain: one line of the answer key
select coalesce(level, 'none') as key, count(*) as count
from users
group by coalesce(level, 'none');
