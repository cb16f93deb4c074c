-- Staged events that the warehouse does not hold yet. Of several records with one key the
-- greatest stays, compared over the staging columns in their order, NULL lowest.
-- grain: one event key (session_id, item_in_session, event_time, user_id)
-- needs: batch
drop table if exists repeated_keys;

create temp table repeated_keys as
select
  session_id,
  item_in_session,
  ts,
  coalesce(cast(user_id as bigint), -2147483649) as user_key
from staging_events
group by
  session_id,
  item_in_session,
  ts,
  coalesce(cast(user_id as bigint), -2147483649)
having count(*) > 1;

drop table if exists new_events;

create temp table new_events as
select
  s.ts as event_time, s.user_id, s.session_id, s.item_in_session, s.page, s.auth, s.method,
  s.status, s.level, s.location, s.user_agent, s.artist, s.song, s.length, s.first_name,
  s.last_name, s.gender, s.registration, s.file_id
from staging_events s
left join repeated_keys r
  on r.session_id = s.session_id
  and r.item_in_session = s.item_in_session
  and r.ts = s.ts
  and r.user_key = coalesce(cast(s.user_id as bigint), -2147483649)
where r.session_id is null;

insert into new_events
select
  event_time, user_id, session_id, item_in_session, page, auth, method,
  status, level, location, user_agent, artist, song, length, first_name,
  last_name, gender, registration, file_id
from (
  select
    s.ts as event_time, s.user_id, s.session_id, s.item_in_session, s.page, s.auth, s.method,
    s.status, s.level, s.location, s.user_agent, s.artist, s.song, s.length, s.first_name,
    s.last_name, s.gender, s.registration, s.file_id,
    row_number() over (
      partition by r.session_id, r.item_in_session, r.ts, r.user_key
      order by
        s.artist desc nulls last, s.auth desc nulls last, s.first_name desc nulls last,
        s.gender desc nulls last, s.last_name desc nulls last, s.length desc nulls last,
        s.level desc nulls last, s.location desc nulls last, s.method desc nulls last,
        s.page desc nulls last, s.registration desc nulls last, s.song desc nulls last,
        s.status desc nulls last, s.user_agent desc nulls last, s.file_id
    ) as place
  from staging_events s
  join repeated_keys r
    on r.session_id = s.session_id
    and r.item_in_session = s.item_in_session
    and r.ts = s.ts
    and r.user_key = coalesce(cast(s.user_id as bigint), -2147483649)
) as ranked
where place = 1;

delete from new_events
using events
where events.event_time between :batch_from and :batch_to
  and events.event_time = new_events.event_time
  and events.session_id = new_events.session_id
  and events.item_in_session = new_events.item_in_session
  and coalesce(cast(events.user_id as bigint), -2147483649)
    = coalesce(cast(new_events.user_id as bigint), -2147483649);
