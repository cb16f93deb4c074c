-- Songs by plays, then listeners, then name, by the log's own names.
-- metric: M18
-- title: Top songs
-- unit: plays
-- grain: one song of an artist
-- parameters: from, to, level, top
-- shape: plays
-- rows plays: song_plays
-- column rank: 1 is the most played
-- column artist_name: as the log names it
-- column song_title: as the log names it
-- column plays: plays
-- column listeners: users who played it
-- column observed_hours: hours listened, where something followed in the session
-- column song_id: of the catalogue, where a play of it matched
-- caveat: Plays without a match in the catalogue count like others. A song under two spellings is
--   two songs.
with counts as (
  select
    artist_name,
    song_title,
    count(*) as plays,
    count(distinct user_id) as listeners,
    cast(sum(listened_seconds) as double precision) / 3600 as observed_hours,
    max(song_id) as song_id
  from songplays
  where start_time >= cast(:from as timestamp)
    and start_time < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by artist_name, song_title
),
ranked as (
  select
    row_number() over (order by plays desc, listeners desc, artist_name, song_title) as rank,
    artist_name,
    song_title,
    plays,
    listeners,
    observed_hours,
    song_id
  from counts
)
select rank, artist_name, song_title, plays, listeners, observed_hours, song_id
from ranked
where rank <= :top
order by rank;
