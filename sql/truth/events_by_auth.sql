-- Events by whether and how the visitor was known.
-- grain: one line of the answer key
select coalesce(auth, 'none') as key, count(*) as count
from events
group by coalesce(auth, 'none');
