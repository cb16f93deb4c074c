-- Marks the staged events that add nothing. Of several records with one key the greatest stays,
-- compared over the staging columns in their order, NULL lowest; of a key that the warehouse holds
-- already none.
-- grain: one staged event that adds nothing
-- needs: batch
drop table if exists etl_repeated_items;

create temp table etl_repeated_items as
select session_id, item_in_session
from staging_events
group by session_id, item_in_session
having count(*) > 1;

drop table if exists etl_duplicates;

create temp table etl_duplicates as
select row_id
from (
  select
    s.row_id,
    row_number() over (
      partition by s.session_id, s.item_in_session, s.ts, s.user_id
      order by
        s.artist desc nulls last, s.auth desc nulls last, s.first_name desc nulls last,
        s.gender desc nulls last, s.last_name desc nulls last, s.length desc nulls last,
        s.level desc nulls last, s.location desc nulls last, s.method desc nulls last,
        s.page desc nulls last, s.registration desc nulls last, s.song desc nulls last,
        s.status desc nulls last, s.user_agent desc nulls last, s.file_id
    ) as place
  from staging_events s
  join etl_repeated_items r
    on r.session_id = s.session_id
    and r.item_in_session = s.item_in_session
) as ranked
where place > 1
union
select s.row_id
from staging_events s
join events e
  on e.event_time = s.ts
  and e.session_id = s.session_id
  and e.item_in_session = s.item_in_session
  and coalesce(cast(e.user_id as bigint), -2147483649)
    = coalesce(cast(s.user_id as bigint), -2147483649)
where e.event_time between :batch_from and :batch_to;

update staging_events
set is_duplicate = 1
from etl_duplicates
where etl_duplicates.row_id = staging_events.row_id;
