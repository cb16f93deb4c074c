-- Artists by plays, then listeners, then name, by the log's own names.
-- metric: M18
-- title: Top artists
-- unit: plays
-- grain: one artist
-- parameters: from, to, level, top
-- shape: plays
-- rows plays: artist_plays
-- column rank: 1 is the most played
-- column artist_name: as the log names it
-- column plays: plays
-- column listeners: users who played it
-- column observed_hours: hours listened, where something followed in the session
-- column songs: distinct titles of theirs that were played
-- caveat: Plays without a match in the catalogue count like others. An artist under two spellings,
--   or with a guest, is two artists.
with counts as (
  select
    artist_name,
    count(*) as plays,
    count(distinct user_id) as listeners,
    cast(sum(listened_seconds) as double precision) / 3600 as observed_hours,
    count(distinct song_title) as songs
  from songplays
  where start_time >= cast(:from as timestamp)
    and start_time < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by artist_name
),
ranked as (
  select
    row_number() over (order by plays desc, listeners desc, artist_name) as rank,
    artist_name,
    plays,
    listeners,
    observed_hours,
    songs
  from counts
)
select rank, artist_name, plays, listeners, observed_hours, songs
from ranked
where rank <= :top
order by rank;
