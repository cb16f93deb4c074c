-- Upgrades, downgrades or cancellations of paid users in one week.
-- title: Changes of level
-- unit: users
-- grain: one change
-- parameters: from, to
-- keys: week date, change text
-- order: changed_at, user_id
-- column user_id: id
-- column first_name: as of their last event
-- column last_name: as of their last event
-- column changed_at: when it was seen, UTC
-- column from_level: before
-- column to_level: after
-- column kind: upgrade, downgrade, cancel or return
-- column evidence: observed: the deciding page was seen; or inferred
select
  u.user_id,
  u.first_name,
  u.last_name,
  c.changed_at,
  c.from_level,
  c.to_level,
  c.kind,
  c.evidence
from level_changes c
join users u on u.user_id = c.user_id
where c.changed_at >= cast(:week as timestamp)
  and c.changed_at < dateadd(day, 7, cast(:week as timestamp))
  and c.changed_at >= cast(:from as timestamp)
  and c.changed_at < dateadd(day, 1, cast(:to as timestamp))
  and (
    :change = 'upgrade' and (c.kind = 'upgrade' or c.kind = 'return' and c.to_level = 'paid')
    or :change = 'downgrade' and c.kind = 'downgrade'
    or :change = 'cancel' and c.kind = 'cancel' and c.from_level = 'paid'
  );
