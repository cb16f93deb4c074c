-- Thumbs up among all thumbs, and songs and friends added for each hundred plays, by level.
-- metric: M25
-- title: Sentiment
-- unit: share
-- grain: one level
-- parameters: from, to, level
-- rows thumbs_up: level_events page='Thumbs Up'
-- rows thumbs_down: level_events page='Thumbs Down'
-- column level: level at the time
-- column thumbs_up: pages Thumbs Up
-- column thumbs_down: pages Thumbs Down
-- column thumbs_up_share: thumbs_up / all thumbs, 0 to 1
-- column playlist_adds_per_100: pages Add to Playlist for each 100 plays
-- column friends_per_100: pages Add Friend for each 100 plays
-- caveat: NULL where there are no thumbs: the public sample of logs has none.
with pages as (
  select
    level,
    sum(thumbs_up_count) as thumbs_up,
    sum(thumbs_down_count) as thumbs_down,
    sum(playlist_add_count) as adds,
    sum(friend_add_count) as friends,
    sum(play_count) as plays
  from session_hours
  where user_id is not null
    and hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by level
)
select
  level,
  cast(thumbs_up as bigint) as thumbs_up,
  cast(thumbs_down as bigint) as thumbs_down,
  cast(thumbs_up as double precision) / nullif(thumbs_up + thumbs_down, 0) as thumbs_up_share,
  100.0::double precision * adds / nullif(plays, 0) as playlist_adds_per_100,
  100.0::double precision * friends / nullif(plays, 0) as friends_per_100
from pages
order by level;
