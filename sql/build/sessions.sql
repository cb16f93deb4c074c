-- Rewrites the sessions that gained events.
-- grain: one session_id
-- needs: session_steps
delete from sessions
using affected_sessions
where affected_sessions.session_id = sessions.session_id;

insert into sessions (
  session_id, user_id, started_at, ended_at, event_count, play_count, ad_count, error_count,
  level_start, level_end, location, user_agent
)
select
  session_id,
  max(last_user_id),
  min(event_time),
  max(event_time),
  count(*),
  sum(case when page = 'NextSong' and user_id is not null then 1 else 0 end),
  sum(case when page = 'Roll Advert' then 1 else 0 end),
  sum(case when status >= 400 or page = 'Error' then 1 else 0 end),
  max(case when step = 1 then level end),
  max(case when seconds_to_next is null then level end),
  max(last_location),
  max(last_user_agent)
from session_steps
group by session_id;
