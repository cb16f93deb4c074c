-- How unequally plays are spread over users, artists and songs: the Gini coefficient.
-- metric: M24
-- title: Concentration
-- unit: coefficient
-- grain: one kind
-- parameters: from, to, level
-- shape: gini
-- rows members: members
-- column kind: users, artists or songs
-- column members: how many there are with a play
-- column plays: their plays
-- column gini: 0 when all have equally many, near 1 when one has all
-- caveat: Over those with a play; users who never played are left out. Artists and songs by the
--   log's own names.
with played as (
  select track_id, count(*) as plays
  from track_plays
  where day >= cast(:from as date)
    and day <= cast(:to as date)
    and (:level = 'all' or level = :level)
  group by track_id
),
songs as (
  select t.artist_name, t.song_title, sum(p.plays) as plays
  from played p
  join tracks t on t.track_id = p.track_id
  group by t.artist_name, t.song_title
),
counts as (
  select 'users' as kind, cast(sum(play_count) as bigint) as plays
  from listening_hours
  where hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by user_id
  union all
  select 'artists', cast(sum(plays) as bigint)
  from songs
  where artist_name is not null
  group by artist_name
  union all
  select 'songs', cast(plays as bigint)
  from songs
  where song_title is not null
),
ranked as (
  select
    kind,
    plays,
    row_number() over (partition by kind order by plays) as rank,
    count(*) over (partition by kind) as members
  from counts
)
select
  kind,
  max(members) as members,
  cast(sum(plays) as bigint) as plays,
  sum((2.0::double precision * rank - members - 1) * plays) / (max(members) * sum(plays)) as gini
from ranked
group by kind
order by kind desc;
