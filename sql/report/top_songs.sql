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
with played as (
  select track_id, count(*) as plays
  from track_plays
  where day >= cast(:from as date)
    and day <= cast(:to as date)
    and (:level = 'all' or level = :level)
  group by track_id
),
-- Redshift may work this out for each time it is named: no two songs may share a place in the
-- order, or their numbers could change hands.
songs as (
  select
    t.artist_name,
    t.song_title,
    cast(sum(p.plays) as bigint) as plays,
    max(t.song_id) as song_id,
    rank() over (order by sum(p.plays) desc) as place,
    row_number() over (order by sum(p.plays) desc, t.artist_name, t.song_title) as number
  from played p
  join tracks t on t.track_id = p.track_id
  group by t.artist_name, t.song_title
),
-- Listeners are counted only of those who may come into the ranking.
listeners as (
  select s.number, p.user_id, sum(p.listened_seconds) as listened_seconds
  from songs s
  join tracks t
    on coalesce(t.artist_name, '') = coalesce(s.artist_name, '')
    and coalesce(t.song_title, '') = coalesce(s.song_title, '')
  join track_plays p on p.track_id = t.track_id
  where s.place <= :top
    and p.day >= cast(:from as date)
    and p.day <= cast(:to as date)
    and (:level = 'all' or p.level = :level)
  group by s.number, p.user_id
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
    row_number() over (
      order by s.plays desc, c.listeners desc, s.artist_name, s.song_title
    ) as rank,
    s.artist_name,
    s.song_title,
    s.plays,
    c.listeners,
    c.observed_hours,
    s.song_id
  from songs s
  join contenders c on c.number = s.number
)
select rank, artist_name, song_title, plays, listeners, observed_hours, song_id
from ranked
where rank <= :top
order by rank;
