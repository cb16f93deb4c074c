-- Plays by the level they were heard at.
-- grain: one line of the answer key
select coalesce(level, 'none') as key, count(*) as count
from songplays
group by coalesce(level, 'none');
