-- Every event of an affected session, new or earlier, in its place within the session: by time,
-- item, user. Without texts, which whoever needs them finds by row_id.
-- grain: one event of an affected session
-- needs: earlier_events
drop table if exists etl_session_steps;

create temp table etl_session_steps as
select
  row_id, session_id, item_in_session, event_time, user_id, is_play, is_ad, is_error, has_location,
  has_user_agent,
  row_number() over (
    partition by session_id
    order by event_time, item_in_session, user_id nulls first
  ) as step,
  datediff(
    millisecond,
    event_time,
    lead(event_time) over (
      partition by session_id
      order by event_time, item_in_session, user_id nulls first
    )
  ) / cast(1000 as double precision) as seconds_to_next
from (
  select
    row_id, session_id, item_in_session, ts as event_time, user_id,
    cast(case when page = 'NextSong' and user_id is not null then 1 else 0 end as smallint)
      as is_play,
    cast(case when page = 'Roll Advert' then 1 else 0 end as smallint) as is_ad,
    cast(case when status >= 400 or page = 'Error' then 1 else 0 end as smallint) as is_error,
    cast(case when location is not null then 1 else 0 end as smallint) as has_location,
    cast(case when user_agent is not null then 1 else 0 end as smallint) as has_user_agent
  from staging_events
  where is_duplicate = 0
  union all
  select
    row_id, session_id, item_in_session, event_time, user_id,
    cast(case when page = 'NextSong' and user_id is not null then 1 else 0 end as smallint),
    cast(case when page = 'Roll Advert' then 1 else 0 end as smallint),
    cast(case when status >= 400 or page = 'Error' then 1 else 0 end as smallint),
    cast(case when location is not null then 1 else 0 end as smallint),
    cast(case when user_agent is not null then 1 else 0 end as smallint)
  from etl_earlier_events
) as session_events;
