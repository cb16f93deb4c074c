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
with plays as (
  select user_id, artist_name, song_title
  from songplays
  where start_time >= cast(:from as timestamp)
    and start_time < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
),
counts as (
  select 'users' as kind, count(*) as plays
  from plays
  group by user_id
  union all
  select 'artists', count(*)
  from plays
  where artist_name is not null
  group by artist_name
  union all
  select 'songs', count(*)
  from plays
  where song_title is not null
  group by artist_name, song_title
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
