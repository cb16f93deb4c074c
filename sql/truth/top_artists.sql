-- The 20 artists heard most, as they were credited; of equal ones the first by byte order.
-- grain: one line of the answer key
select key, count(*) as count
from (
  select coalesce(artist_name, '') as key
  from songplays
) as heard
group by key
order by count(*) desc, key
limit 20;
