-- Listening by device, operating system and browser.
-- metric: M21
-- title: Devices
-- unit: plays
-- grain: one device class, operating system and browser
-- parameters: from, to, level
-- shape: plays
-- rows plays: device_plays
-- column device: phone, tablet, computer or unknown
-- column operating_system: iOS, Android, Windows, macOS, Linux or other
-- column browser: Chrome, Firefox, Safari, Internet Explorer, Edge, Opera or other
-- column listeners: users who played with it
-- column plays: plays
-- column observed_hours: hours listened, where something followed in the session
-- column paid_share: share of the listeners who played with it while paid, 0 to 1
-- caveat: Told from the user agent that the browser sends, which can say anything.
with listeners as (
  select
    user_agent,
    user_id,
    sum(play_count) as plays,
    sum(listened_seconds) as listened_seconds,
    max(case when level = 'paid' then 1 else 0 end) as is_paid
  from listening_hours
  where hour_at >= cast(:from as timestamp)
    and hour_at < dateadd(day, 1, cast(:to as timestamp))
    and (:level = 'all' or level = :level)
  group by user_agent, user_id
),
agents as (
  select
    user_agent,
    case
      when user_agent like '%iPhone%' or user_agent like '%iPad%' or user_agent like '%iPod%'
        then 'iOS'
      when user_agent like '%Android%' then 'Android'
      when user_agent like '%Windows%' then 'Windows'
      when user_agent like '%Macintosh%' then 'macOS'
      when user_agent like '%Linux%' or user_agent like '%X11%' then 'Linux'
      else 'other'
    end as operating_system,
    case
      when user_agent like '%OPR/%' or user_agent like '%Opera%' then 'Opera'
      when user_agent like '%Edge/%' or user_agent like '%Edg/%' or user_agent like '%EdgA/%'
        or user_agent like '%EdgiOS/%' then 'Edge'
      when user_agent like '%MSIE %' or user_agent like '%Trident/%' then 'Internet Explorer'
      when user_agent like '%Firefox/%' or user_agent like '%FxiOS/%' then 'Firefox'
      when user_agent like '%Chrome/%' or user_agent like '%CriOS/%' then 'Chrome'
      when user_agent like '%Safari/%' or user_agent like '%AppleWebKit/%' then 'Safari'
      else 'other'
    end as browser,
    case
      when user_agent is null then 'unknown'
      when user_agent like '%iPad%' then 'tablet'
      when user_agent like '%Android%' and user_agent not like '%Mobile%' then 'tablet'
      when user_agent like '%iPhone%' or user_agent like '%iPod%' or user_agent like '%Mobile%'
        then 'phone'
      when user_agent like '%Windows%' or user_agent like '%Macintosh%'
        or user_agent like '%Linux%' or user_agent like '%X11%' then 'computer'
      else 'unknown'
    end as device
  from (select distinct user_agent from listeners) as seen
)
select
  a.device,
  a.operating_system,
  a.browser,
  count(distinct p.user_id) as listeners,
  cast(sum(p.plays) as bigint) as plays,
  cast(sum(p.listened_seconds) as double precision) / 3600 as observed_hours,
  cast(count(distinct case when p.is_paid = 1 then p.user_id end) as double precision)
    / count(distinct p.user_id) as paid_share
from listeners p
join agents a on coalesce(a.user_agent, '') = coalesce(p.user_agent, '')
group by a.device, a.operating_system, a.browser
order by plays desc, listeners desc, a.device, a.operating_system, a.browser;
