-- Adds the instants of the new plays.
-- grain: one start_time of a songplay
-- needs: duplicates
insert into time (start_time, hour, day, week, month, year, weekday)
select
  n.ts,
  extract(hour from n.ts),
  extract(day from n.ts),
  extract(week from n.ts),
  extract(month from n.ts),
  extract(year from n.ts),
  extract(dow from n.ts)
from (
  select distinct ts
  from staging_events
  where is_duplicate = 0
    and page = 'NextSong'
    and user_id is not null
) as n
left join (
  select start_time
  from time
  where start_time between :batch_from and :batch_to
) as known on known.start_time = n.ts
where known.start_time is null;
