-- Adds the changes of level that the new events brought; tells those of users with late events
-- again.
-- grain: one change of level or cancellation
-- needs: level_versions
delete from level_changes
using etl_late_users
where etl_late_users.user_id = level_changes.user_id;

insert into level_changes (user_id, changed_at, from_level, to_level, kind, evidence)
select
  user_id,
  valid_from,
  case when stay = 'cancelled' then own_level else from_stay end,
  stay,
  case
    when stay = 'cancelled' then 'cancel'
    when from_stay = 'cancelled' then 'return'
    when stay = 'paid' then 'upgrade'
    else 'downgrade'
  end,
  case
    when stay = 'cancelled' then 'observed'
    when from_stay = 'cancelled' then 'inferred'
    when stay = 'paid' and previous_page = 'Submit Upgrade' then 'observed'
    when stay <> 'paid' and previous_page = 'Submit Downgrade' then 'observed'
    else 'inferred'
  end
from etl_level_versions
where is_continued = 0
  and (from_stay is not null or stay = 'cancelled');
