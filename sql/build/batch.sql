-- The time that the staged events span: :batch_from and :batch_to of the files that follow.
-- grain: one row
select min(ts) as batch_from, max(ts) as batch_to
from staging_events;
