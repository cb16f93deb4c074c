-- The stays at one level of each user with new events, but for users who stay where they are. For
-- users whose new events all follow their last known one, the history continues from its current
-- version; for the others (late events) it is told again from all their events.
-- Versions of zero length are dropped, then adjacent equal ones are one.
-- grain: one stay, the continued one included
-- needs: events
drop table if exists etl_new_stays;

create temp table etl_new_stays as
select
  user_id,
  min(ts) as first_at,
  min(case when level is not null then ts end) as stays_from,
  min(level) as least_stay,
  max(level) as greatest_stay,
  sum(case when page = 'Cancellation Confirmation' or auth = 'Cancelled' then 1 else 0 end)
    as cancelled_count
from staging_events
where is_duplicate = 0
  and user_id is not null
group by user_id;

drop table if exists etl_late_users;

create temp table etl_late_users as
select n.user_id
from etl_new_stays n
join user_last_events l on l.user_id = n.user_id
where n.first_at <= l.event_time;

drop table if exists etl_steady_users;

create temp table etl_steady_users as
select n.user_id, n.stays_from, n.least_stay as stay, h.user_id is null as is_new
from etl_new_stays n
left join user_history h on h.user_id = n.user_id and h.is_current
left join user_last_events l on l.user_id = n.user_id
where n.cancelled_count = 0
  and n.least_stay = n.greatest_stay
  and (h.level = n.least_stay or l.user_id is null)
  and (l.user_id is null or n.first_at > l.event_time);

drop table if exists etl_level_steps;

create temp table etl_level_steps as
select
  n.user_id, n.ts as event_time, n.item_in_session, n.session_id, n.page, n.level,
  0 as is_continued,
  case
    when n.page = 'Cancellation Confirmation' or n.auth = 'Cancelled' then 'cancelled'
    else n.level
  end as stay
from staging_events n
left join etl_late_users l on l.user_id = n.user_id
left join etl_steady_users s on s.user_id = n.user_id
where n.is_duplicate = 0
  and n.user_id is not null
  and l.user_id is null
  and s.user_id is null
union all
select
  e.user_id, e.event_time, e.item_in_session, e.session_id, e.page, e.level, 0,
  case
    when e.page = 'Cancellation Confirmation' or e.auth = 'Cancelled' then 'cancelled'
    else e.level
  end
from events e
join etl_late_users l on l.user_id = e.user_id
union all
select
  h.user_id, h.valid_from, l.item_in_session, l.session_id, l.page, h.level, 1,
  h.level
from user_history h
join user_last_events l on l.user_id = h.user_id
join etl_new_stays n on n.user_id = h.user_id and n.first_at > l.event_time
left join etl_steady_users s on s.user_id = h.user_id
where h.is_current
  and s.user_id is null;

drop table if exists etl_level_versions;

create temp table etl_level_versions as
with seen as (
  select
    user_id, event_time, item_in_session, session_id, level, stay, is_continued,
    lag(page) over (
      partition by user_id
      order by event_time, item_in_session, session_id
    ) as previous_page,
    lag(stay) over (
      partition by user_id
      order by event_time, item_in_session, session_id
    ) as stay_before,
    lead(stay) over (
      partition by user_id
      order by event_time, item_in_session, session_id
    ) as stay_after
  from etl_level_steps
),
stays as (
  select
    user_id, event_time, item_in_session, session_id, level, stay, is_continued, previous_page,
    lag(stay) over (
      partition by user_id
      order by event_time, item_in_session, session_id
    ) as previous_stay
  from seen
  where stay is not null
    and (
      stay_before is null or stay_before <> stay
      or stay_after is null or stay_after <> stay
    )
),
openings as (
  select
    user_id, event_time, level, stay, is_continued, previous_page,
    row_number() over (
      partition by user_id
      order by event_time, item_in_session, session_id
    ) as opening,
    lead(event_time) over (
      partition by user_id
      order by event_time, item_in_session, session_id
    ) as next_opening_at
  from stays
  where previous_stay is null
    or previous_stay <> stay
),
lasting as (
  select
    user_id, event_time, level, stay, is_continued, previous_page, opening,
    lag(stay) over (partition by user_id order by opening) as from_stay
  from openings
  where next_opening_at is null
    or next_opening_at > event_time
)
select
  user_id,
  stay,
  event_time as valid_from,
  lead(event_time) over (partition by user_id order by opening) as closed_at,
  from_stay,
  level as own_level,
  previous_page,
  is_continued
from lasting
where from_stay is null
  or from_stay <> stay
union all
select
  user_id,
  stay,
  stays_from,
  cast(null as timestamp),
  cast(null as varchar(64)),
  stay,
  cast(null as varchar(64)),
  0
from etl_steady_users
where is_new;
