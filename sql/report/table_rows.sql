-- Rows of each table of the star.
-- title: Rows per table
-- unit: rows
-- grain: one table
-- shape: row_count
-- column table_name: name
-- column row_count: rows
select 'songplays' as table_name, count(*) as row_count
from songplays
union all
select 'events', count(*)
from events
union all
select 'users', count(*)
from users
union all
select 'user_history', count(*)
from user_history
union all
select 'songs', count(*)
from songs
union all
select 'artists', count(*)
from artists
union all
select 'time', count(*)
from time
union all
select 'sessions', count(*)
from sessions
union all
select 'level_changes', count(*)
from level_changes
order by row_count desc, table_name;
