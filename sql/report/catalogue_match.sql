-- Plays by how they matched the catalogue of songs.
-- metric: M22
-- title: Catalogue match
-- unit: plays
-- grain: one method
-- parameters: from, to
-- shape: plays
-- column match_method: what was equal, or none
-- column plays: plays
-- column share: of all plays, 0 to 1
-- column tracks: distinct artists and titles of the log
-- column catalogue_share: share of the catalogue's songs that were played by this method, 0 to 1
-- caveat: Text must be equal to the letter: other spellings, accents spoiled by encoding and guests
--   in the artist's name do not match.
select
  coalesce(p.match_method, 'none') as match_method,
  count(*) as plays,
  cast(count(*) as double precision) / sum(count(*)) over () as share,
  count(distinct coalesce(p.artist_name, '') || chr(1) || coalesce(p.song_title, '')) as tracks,
  cast(count(distinct p.song_id) as double precision) / nullif(max(c.songs), 0)
    as catalogue_share
from songplays p
cross join (select count(*) as songs from songs) as c
where p.start_time >= cast(:from as timestamp)
  and p.start_time < dateadd(day, 1, cast(:to as timestamp))
group by coalesce(p.match_method, 'none')
order by plays desc, match_method;
