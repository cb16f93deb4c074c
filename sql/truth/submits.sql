-- Pages on which a user announced a change of level.
-- grain: one line of the answer key
select page as key, count(*) as count
from events
where page in ('Submit Upgrade', 'Submit Downgrade', 'Cancellation Confirmation')
group by page;
