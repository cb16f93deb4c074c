-- What each user did on each day (UTC); a view, so it always agrees with events and songplays.
-- grain: user and day with an event
-- needs: events, songplays
create or replace view user_days as
select
  e.user_id,
  e.day,
  e.level_end,
  e.event_count,
  e.play_count,
  e.ad_count,
  e.thumbs_up_count,
  e.thumbs_down_count,
  e.error_count,
  p.listened_seconds,
  e.free_event_count,
  e.free_play_count,
  e.free_ad_count,
  p.free_listened_seconds
from (
  select
    user_id,
    cast(event_time as date) as day,
    max(case when is_last = 1 then level end) as level_end,
    count(*) as event_count,
    sum(case when page = 'NextSong' then 1 else 0 end)::bigint as play_count,
    sum(case when page = 'Roll Advert' then 1 else 0 end)::bigint as ad_count,
    sum(case when page = 'Thumbs Up' then 1 else 0 end)::bigint as thumbs_up_count,
    sum(case when page = 'Thumbs Down' then 1 else 0 end)::bigint as thumbs_down_count,
    sum(case when status >= 400 or page = 'Error' then 1 else 0 end)::bigint as error_count,
    sum(case when level = 'free' then 1 else 0 end)::bigint as free_event_count,
    sum(case when level = 'free' and page = 'NextSong' then 1 else 0 end)::bigint
      as free_play_count,
    sum(case when level = 'free' and page = 'Roll Advert' then 1 else 0 end)::bigint
      as free_ad_count
  from (
    select
      user_id, event_time, page, status, level,
      row_number() over (
        partition by user_id, cast(event_time as date)
        order by event_time desc, item_in_session desc, session_id desc
      ) as is_last
    from events
    where user_id is not null
  ) as ranked
  group by user_id, cast(event_time as date)
) as e
left join (
  select
    user_id,
    cast(start_time as date) as day,
    sum(listened_seconds) as listened_seconds,
    sum(case when level = 'free' then listened_seconds end) as free_listened_seconds
  from songplays
  group by user_id, cast(start_time as date)
) as p on p.user_id = e.user_id and p.day = e.day;
