-- Plays by how they found their song.
-- grain: one line of the answer key
select coalesce(match_method, 'none') as key, count(*) as count
from songplays
group by coalesce(match_method, 'none');
