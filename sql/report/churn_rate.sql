-- Paid users at the start of a month who downgraded or cancelled in it; cancellations of free users
-- beside them.
-- metric: M13
-- title: Churn
-- unit: share
-- grain: one month
-- parameters: from, to
-- rows churned: paid_at_start churned=1
-- rows paid_at_start: paid_at_start churned=0
-- rows free_cancellations: free_cancellations
-- column month: its first day, UTC
-- column paid_at_start: users who were paid when it began
-- column churned: of these, users who downgraded or cancelled in it
-- column churn_rate: churned / paid_at_start, 0 to 1
-- column free_cancellations: users who were free and cancelled in it
-- caveat: In the first month loaded nobody is known at its start: the rate is NULL, not 0. The last
--   month may not be over. Who was paid when it began and free when they cancelled counts in
--   churned and in free_cancellations.
with months as (
  select distinct cast(date_trunc('month', hour_at) as date) as month
  from session_hours
),
-- Who is paid until the month's first moment was paid as it began: that change is within it.
stock as (
  select m.month, h.user_id
  from months m
  join user_history h on h.level = 'paid' and h.valid_from < m.month and h.valid_to >= m.month
),
lost as (
  select distinct
    cast(date_trunc('month', changed_at) as date) as month,
    user_id,
    case when kind = 'cancel' and from_level = 'free' then 1 else 0 end as was_free
  from level_changes
  where kind in ('downgrade', 'cancel')
)
select
  m.month,
  count(distinct s.user_id) as paid_at_start,
  count(distinct case when l.user_id is not null then s.user_id end) as churned,
  cast(count(distinct case when l.user_id is not null then s.user_id end) as double precision)
    / nullif(count(distinct s.user_id), 0) as churn_rate,
  cast(coalesce(max(f.free_cancellations), 0) as bigint) as free_cancellations
from months m
left join stock s on s.month = m.month
left join lost l on l.month = s.month and l.user_id = s.user_id
left join (
  select month, count(*) as free_cancellations
  from lost
  where was_free = 1
  group by month
) as f on f.month = m.month
where m.month >= date_trunc('month', cast(:from as timestamp))
  and m.month <= cast(:to as timestamp)
group by m.month
order by m.month;
