-- Events by the level their line says.
-- grain: one line of the answer key
select coalesce(level, 'none') as key, count(*) as count
from events
group by coalesce(level, 'none');
