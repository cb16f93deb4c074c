-- Plays by hour of the day (UTC).
-- grain: one line of the answer key
select cast(t.hour as varchar(64)) as key, count(*) as count
from songplays p
join time t on t.start_time = p.start_time
group by t.hour;
