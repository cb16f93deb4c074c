-- Users as of their last event, and the key of that event.
-- grain: one user
-- needs: level_versions
drop table if exists etl_latest_events;

create temp table etl_latest_events as
select
  user_id, event_time, item_in_session, session_id, page, first_name, last_name, gender, level,
  registration
from (
  select
    s.user_id, s.ts as event_time, s.item_in_session, s.session_id, s.page, s.first_name,
    s.last_name, s.gender, s.level, s.registration,
    row_number() over (
      partition by s.user_id
      order by s.item_in_session desc, s.session_id desc
    ) as place
  from staging_events s
  join (
    select user_id, max(ts) as last_at
    from staging_events
    where is_duplicate = 0
      and user_id is not null
    group by user_id
  ) as l on l.user_id = s.user_id and l.last_at = s.ts
  where s.is_duplicate = 0
) as ranked
where place = 1;

delete from etl_latest_events
using user_last_events
where user_last_events.user_id = etl_latest_events.user_id
  and (
    user_last_events.event_time > etl_latest_events.event_time
    or (
      user_last_events.event_time = etl_latest_events.event_time
      and (
        user_last_events.item_in_session > etl_latest_events.item_in_session
        or (
          user_last_events.item_in_session = etl_latest_events.item_in_session
          and user_last_events.session_id > etl_latest_events.session_id
        )
      )
    )
  );

delete from users
using etl_latest_events
where etl_latest_events.user_id = users.user_id;

insert into users (user_id, first_name, last_name, gender, level, registered_at)
select
  user_id,
  first_name,
  last_name,
  gender,
  level,
  case
    when registration between -62135596800000 and 253402300799999
      then dateadd(ms, cast(floor(registration) as bigint), timestamp '1970-01-01 00:00:00')
  end
from etl_latest_events;

delete from user_last_events
using etl_latest_events
where etl_latest_events.user_id = user_last_events.user_id;

insert into user_last_events (user_id, event_time, item_in_session, session_id, page)
select user_id, event_time, item_in_session, session_id, page
from etl_latest_events;
