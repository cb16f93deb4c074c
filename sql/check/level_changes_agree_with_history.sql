-- Every change of level opens a stay, and every stay but a user's first is opened by one.
-- grain: one change or stay without the other
select 'stay without change' as fault, h.user_id, h.valid_from as at_time, h.level
from (
  select
    user_id, level, valid_from,
    row_number() over (partition by user_id order by valid_from) as stay
  from user_history
) as h
left join level_changes c
  on c.user_id = h.user_id
  and c.changed_at = h.valid_from
  and c.to_level = h.level
where h.stay > 1
  and c.user_id is null
union all
select 'change without stay', c.user_id, c.changed_at, c.to_level
from level_changes c
left join user_history h
  on h.user_id = c.user_id
  and h.valid_from = c.changed_at
  and h.level = c.to_level
where h.user_id is null;
