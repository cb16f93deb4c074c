-- Adds the instants of the new plays.
-- grain: one start_time of a songplay
-- needs: duplicates
drop table if exists new_times;

create temp table new_times as
select distinct ts as event_time
from staging_events
where is_duplicate = 0
  and page = 'NextSong'
  and user_id is not null;

delete from new_times
using time
where time.start_time between :batch_from and :batch_to
  and time.start_time = new_times.event_time;

insert into time (start_time, hour, day, week, month, year, weekday)
select
  event_time,
  extract(hour from event_time),
  extract(day from event_time),
  extract(week from event_time),
  extract(month from event_time),
  extract(year from event_time),
  extract(dow from event_time)
from new_times;
