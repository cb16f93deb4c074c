-- Rewrites the sessions that gained events.
-- grain: one session_id
-- needs: session_steps
delete from sessions
using etl_affected_sessions
where etl_affected_sessions.session_id = sessions.session_id;

drop table if exists etl_session_sums;

create temp table etl_session_sums as
select
  session_id,
  min(event_time) as started_at,
  max(event_time) as ended_at,
  count(*) as event_count,
  sum(is_play) as play_count,
  sum(is_ad) as ad_count,
  sum(is_error) as error_count,
  max(case when user_id is not null then step end) as user_step,
  max(case when has_location = 1 then step end) as location_step,
  max(case when has_user_agent = 1 then step end) as user_agent_step
from etl_session_steps
group by session_id;

-- The events that say something of their session: the first, the last, and the last known values.
drop table if exists etl_telling_events;

create temp table etl_telling_events as
select s.row_id, s.session_id, s.step, s.user_id
from etl_session_steps s
join etl_session_sums u on u.session_id = s.session_id
where s.step in (1, u.event_count)
  or s.step = u.user_step
  or s.step = u.location_step
  or s.step = u.user_agent_step;

drop table if exists etl_told_values;

create temp table etl_told_values as
select e.session_id, e.step, e.user_id, x.level, x.location, x.user_agent
from (
  select row_id, level, location, user_agent
  from staging_events
  where is_duplicate = 0
  union all
  select row_id, level, location, user_agent
  from etl_earlier_events
) as x
join etl_telling_events e on e.row_id = x.row_id;

insert into sessions (
  session_id, user_id, started_at, ended_at, event_count, play_count, ad_count, error_count,
  level_start, level_end, location, user_agent
)
select
  u.session_id, i.user_id, u.started_at, u.ended_at, u.event_count, u.play_count, u.ad_count,
  u.error_count, b.level, e.level, l.location, a.user_agent
from etl_session_sums u
left join etl_told_values i on i.session_id = u.session_id and i.step = u.user_step
left join etl_told_values b on b.session_id = u.session_id and b.step = 1
left join etl_told_values e on e.session_id = u.session_id and e.step = u.event_count
left join etl_told_values l on l.session_id = u.session_id and l.step = u.location_step
left join etl_told_values a on a.session_id = u.session_id and a.step = u.user_agent_step;
