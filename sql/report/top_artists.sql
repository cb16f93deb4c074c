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
with played as (
  select track_id, count(*) as plays
  from track_plays
  where day >= cast(:from as date)
    and day <= cast(:to as date)
    and (:level = 'all' or level = :level)
  group by track_id
),
-- Redshift may work this out for each time it is named: no two artists may share a place in the
-- order, or their numbers could change hands.
artists_heard as (
  select
    t.artist_name,
    cast(sum(p.plays) as bigint) as plays,
    count(distinct t.song_title) as songs,
    rank() over (order by sum(p.plays) desc) as place,
    row_number() over (order by sum(p.plays) desc, t.artist_name) as number
  from played p
  join tracks t on t.track_id = p.track_id
  group by t.artist_name
),
-- Listeners are counted only of those who may come into the ranking.
listeners as (
  select a.number, p.user_id, sum(p.listened_seconds) as listened_seconds
  from artists_heard a
  join tracks t on coalesce(t.artist_name, '') = coalesce(a.artist_name, '')
  join track_plays p on p.track_id = t.track_id
  where a.place <= :top
    and p.day >= cast(:from as date)
    and p.day <= cast(:to as date)
    and (:level = 'all' or p.level = :level)
  group by a.number, p.user_id
),
contenders as (
  select
    number,
    count(*) as listeners,
    cast(sum(listened_seconds) as double precision) / 3600 as observed_hours
  from listeners
  group by number
),
ranked as (
  select
    row_number() over (order by a.plays desc, c.listeners desc, a.artist_name) as rank,
    a.artist_name,
    a.plays,
    c.listeners,
    c.observed_hours,
    a.songs
  from artists_heard a
  join contenders c on c.number = a.number
)
select rank, artist_name, plays, listeners, observed_hours, songs
from ranked
where rank <= :top
order by rank;
