-- Plays by how they matched the catalogue of songs.
-- metric: M22
-- title: Catalogue match
-- unit: plays
-- grain: one method
-- parameters: from, to
-- shape: plays
-- rows plays: match_plays
-- column match_method: what was equal, or none
-- column plays: plays
-- column share: of all plays, 0 to 1
-- column tracks: distinct artists and titles of the log
-- column catalogue_share: share of the catalogue's songs that were played by this method, 0 to 1
-- column matched_track_share: share of all distinct artists and titles that matched by any method,
--   also by the artist alone, 0 to 1; the same in each row
-- column played_catalogue_share: share of the catalogue's songs that were played by any method, 0
--   to 1; the same in each row
-- caveat: Text must be equal to the letter: other spellings, accents spoiled by encoding and guests
--   in the artist's name do not match. An artist and title heard in two lengths may count under two
--   methods, and so may its song: tracks and catalogue_share do not add up to the whole.
with played as (
  select track_id, count(*) as plays
  from track_plays
  where day >= cast(:from as date)
    and day <= cast(:to as date)
  group by track_id
),
heard as (
  select
    coalesce(t.match_method, 'none') as match_method,
    coalesce(t.artist_name, '') || chr(1) || coalesce(t.song_title, '') as track,
    t.song_id,
    p.plays
  from played p
  join tracks t on t.track_id = p.track_id
),
methods as (
  select
    match_method,
    sum(plays) as plays,
    count(distinct track) as tracks,
    count(distinct song_id) as songs
  from heard
  group by match_method
),
whole as (
  select
    count(distinct track) as tracks,
    count(distinct case when match_method <> 'none' then track end) as matched_tracks,
    count(distinct song_id) as songs
  from heard
)
select
  m.match_method,
  cast(m.plays as bigint) as plays,
  cast(m.plays as double precision) / sum(m.plays) over () as share,
  m.tracks,
  cast(m.songs as double precision) / nullif(c.songs, 0) as catalogue_share,
  cast(w.matched_tracks as double precision) / w.tracks as matched_track_share,
  cast(w.songs as double precision) / nullif(c.songs, 0) as played_catalogue_share
from methods m
cross join whole w
cross join (select count(*) as songs from songs) as c
order by m.plays desc, m.match_method;
