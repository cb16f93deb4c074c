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
  cast(sum(observed_count) as bigint) as observed_plays,
  cast(sum(skip_count) as bigint) as skips,
  cast(sum(skip_count) as double precision) / sum(observed_count) as skip_rate,
  cast(sum(completion_sum) as double precision) / sum(observed_count) as completion
from listening_hours
where observed_count > 0
  and hour_at >= cast(:from as timestamp)
  and hour_at < dateadd(day, 1, cast(:to as timestamp))
  and (:level = 'all' or level = :level)
group by level
order by level;
