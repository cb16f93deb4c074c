-- Codes are known ones, numbers lie in their range.
-- grain: one value that is not accepted
select 'events.level' as column_name, level as value, count(*) as row_count
from events
where level not in ('free', 'paid')
group by level
union all
select 'songplays.match_method', match_method, count(*)
from songplays
where match_method not in ('title+artist+duration', 'title+artist', 'artist')
group by match_method
union all
select 'user_history.level', level, count(*)
from user_history
where level not in ('free', 'paid', 'cancelled')
group by level
union all
select 'level_changes.kind', kind, count(*)
from level_changes
where kind not in ('upgrade', 'downgrade', 'cancel', 'return')
group by kind
union all
select 'level_changes.evidence', evidence, count(*)
from level_changes
where evidence not in ('observed', 'inferred')
group by evidence
union all
select 'users.gender', gender, count(*)
from users
where gender not in ('F', 'M')
group by gender
union all
select 'songplays.listened_seconds', 'outside 0 to length_seconds', count(*)
from songplays
where listened_seconds > length_seconds
  or (listened_seconds < 0 and length_seconds >= 0)
having count(*) > 0
union all
select 'time', 'a part outside its range', count(*)
from time
where hour not between 0 and 23
  or day not between 1 and 31
  or week not between 1 and 53
  or month not between 1 and 12
  or weekday not between 0 and 6
having count(*) > 0;
