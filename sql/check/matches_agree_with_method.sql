-- song_id, artist_id and match_method of a play say the same.
-- grain: one play that contradicts itself or the catalogue
select p.songplay_id, p.match_method, p.song_id, p.artist_id, s.title, s.artist_name
from songplays p
left join songs s on s.song_id = p.song_id
where (p.match_method is null and (p.song_id is not null or p.artist_id is not null))
  or (p.match_method = 'artist' and (p.song_id is not null or p.artist_id is null))
  or (
    p.match_method in ('title+artist', 'title+artist+duration')
    and (
      p.song_id is null
      or s.title <> p.song_title
      or s.artist_name <> p.artist_name
      or s.artist_id <> p.artist_id
    )
  );
