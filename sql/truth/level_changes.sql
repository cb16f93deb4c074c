-- Changes of level by kind and evidence.
-- grain: one line of the answer key
select kind || ' ' || evidence as key, count(*) as count
from level_changes
group by kind, evidence;
