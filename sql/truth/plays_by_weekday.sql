-- Plays by day of the week (UTC); 0 is Sunday.
-- grain: one line of the answer key
select cast(t.weekday as varchar(64)) as key, count(*) as count
from songplays p
join time t on t.start_time = p.start_time
group by t.weekday;
