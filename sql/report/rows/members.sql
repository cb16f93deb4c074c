-- Users, artists or songs with their plays.
-- title: Who has how many plays
-- unit: plays
-- grain: one user, artist or song
-- parameters: from, to, level
-- keys: kind text
-- order: plays desc, name, artist_name
-- column name: the user's id, the artist or the song, as the log names them
-- column artist_name: of a song
-- column plays: plays
with plays as (
  select user_id, artist_name, song_title
  from songplays
  where start_time >= cast(:from as timestamp)
    and start_time < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
)
select
  cast(user_id as varchar(32)) as name,
  cast(null as varchar(1024)) as artist_name,
  count(*) as plays
from plays
where :kind = 'users'
group by user_id
union all
select artist_name, cast(null as varchar(1024)), count(*)
from plays
where :kind = 'artists' and artist_name is not null
group by artist_name
union all
select song_title, artist_name, count(*)
from plays
where :kind = 'songs' and song_title is not null
group by song_title, artist_name;
