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
-- caveat: Text must be equal to the letter: other spellings, accents spoiled by encoding and guests
--   in the artist's name do not match.
with played as (
  select track_id, count(*) as plays
  from track_plays
  where day >= cast(:from as date)
    and day <= cast(:to as date)
  group by track_id
),
methods as (
  select
    coalesce(t.match_method, 'none') as match_method,
    sum(p.plays) as plays,
    count(distinct coalesce(t.artist_name, '') || chr(1) || coalesce(t.song_title, '')) as tracks,
    count(distinct t.song_id) as songs
  from played p
  join tracks t on t.track_id = p.track_id
  group by coalesce(t.match_method, 'none')
)
select
  m.match_method,
  cast(m.plays as bigint) as plays,
  cast(m.plays as double precision) / sum(m.plays) over () as share,
  m.tracks,
  cast(m.songs as double precision) / nullif(c.songs, 0) as catalogue_share
from methods m
cross join (select count(*) as songs from songs) as c
order by m.plays desc, m.match_method;
