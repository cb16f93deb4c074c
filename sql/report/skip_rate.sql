-- Share of plays heard for less than 30 seconds and less than the song's length, by level.
-- metric: M06
-- title: Skip rate
-- unit: share
-- grain: one level
-- parameters: from, to, level
-- shape: skip_rate
-- rows skips: observed_plays skips=1
-- rows observed_plays: observed_plays skips=0
-- column level: level at the time of the play
-- column observed_plays: plays after which something followed in the session
-- column skips: of these, heard for less than 30 s and less than the song's length
-- column skip_rate: skips / observed_plays, 0 to 1
-- column completion: average of seconds heard / length of the song, 0 to 1
-- caveat: The last play of a session is left out: how long it was heard is not known.
select
  level,
  count(*) as observed_plays,
  cast(sum(case when listened_seconds < 30 and listened_seconds < length_seconds then 1 else 0 end)
    as bigint) as skips,
  avg(case when listened_seconds < 30 and listened_seconds < length_seconds
    then 1.0::double precision else 0 end) as skip_rate,
  avg(cast(listened_seconds as double precision) / length_seconds) as completion
from songplays
where listened_seconds is not null
  and length_seconds > 0
  and start_time >= cast(:from as timestamp)
  and start_time < dateadd(day, 1, cast(:to as timestamp))
  and (:level = 'all' or level = :level)
group by level
order by level;
