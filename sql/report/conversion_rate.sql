-- Share of the users who were free at some time of the period that upgraded in it.
-- metric: M10
-- title: Conversion rate
-- unit: share
-- grain: the period
-- parameters: from, to
-- rows converted: free_users converted=1
-- rows free_users: free_users converted=0
-- column free_users: users who were free at its start or became so in it
-- column converted: of these, users who upgraded in it
-- column conversion_rate: converted / free_users, 0 to 1
-- caveat: NULL when nobody was free.
with free as (
  -- Who is free until the period's first moment was free as it began: that change is within it.
  select distinct user_id
  from user_history
  where level = 'free'
    and valid_from < dateadd(day, 1, cast(:to as timestamp))
    and valid_to >= cast(:from as timestamp)
),
upgraded as (
  select distinct user_id
  from level_changes
  where kind = 'upgrade'
    and changed_at >= cast(:from as timestamp)
    and changed_at < dateadd(day, 1, cast(:to as timestamp))
)
select
  count(*) as free_users,
  count(u.user_id) as converted,
  cast(count(u.user_id) as double precision) / nullif(count(*), 0) as conversion_rate
from free f
left join upgraded u on u.user_id = f.user_id;
