-- Upgrades less downgrades and cancellations of paid users, by week.
-- metric: M08
-- title: Net paid additions
-- unit: users
-- grain: one week with a change
-- parameters: from, to
-- shape: net_adds
-- rows upgrades: changes_of_week change=upgrade
-- rows downgrades: changes_of_week change=downgrade
-- rows paid_cancellations: changes_of_week change=cancel
-- column week: Monday of the ISO week, UTC
-- column upgrades: from free to paid, or back from a cancellation to paid
-- column downgrades: from paid to free
-- column paid_cancellations: cancellations of users who were paid
-- column net_adds: upgrades - downgrades - paid_cancellations
-- column inferred: changes of these without the page that makes them, as when a file is missing
-- caveat: A change is seen with the user's next event. Weeks without a change have no row. Of a
--   week that the period cuts only the days within it count.
with changes as (
  select
    cast(date_trunc('week', changed_at) as date) as week,
    case when kind = 'upgrade' or kind = 'return' and to_level = 'paid' then 1 else 0 end
      as upgrade,
    case when kind = 'downgrade' then 1 else 0 end as downgrade,
    case when kind = 'cancel' and from_level = 'paid' then 1 else 0 end as cancellation,
    evidence
  from level_changes
  where changed_at >= cast(:from as timestamp)
    and changed_at < dateadd(day, 1, cast(:to as timestamp))
)
select
  week,
  cast(sum(upgrade) as bigint) as upgrades,
  cast(sum(downgrade) as bigint) as downgrades,
  cast(sum(cancellation) as bigint) as paid_cancellations,
  cast(sum(upgrade - downgrade - cancellation) as bigint) as net_adds,
  cast(sum(case when evidence = 'inferred' then upgrade + downgrade + cancellation else 0 end)
    as bigint) as inferred
from changes
group by week
having sum(upgrade + downgrade + cancellation) > 0
order by week;
