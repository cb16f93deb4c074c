-- Plays with one device, operating system and browser.
-- title: Plays with the device
-- unit: plays
-- grain: one play
-- parameters: from, to, level
-- keys: device text, operating_system text, browser text
-- order: start_time, session_id, item_in_session
-- column start_time: when it began, UTC
-- column user_id: who played it
-- column level: theirs at that moment
-- column artist_name: as the log names it
-- column song_title: as the log names it
-- column listened_seconds: how long it was heard; NULL: not known
-- column length_seconds: how long it is
-- column session_id: the visit
-- column item_in_session: its place in the visit
-- column location: as the log names it
with agents as (
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
  from (select distinct user_agent from songplays) as seen
)
select
  p.start_time,
  p.user_id,
  p.level,
  p.artist_name,
  p.song_title,
  p.listened_seconds,
  p.length_seconds,
  p.session_id,
  p.item_in_session,
  p.location
from songplays p
join agents a on a.user_agent = p.user_agent or a.user_agent is null and p.user_agent is null
where a.device = :device
  and a.operating_system = :operating_system
  and a.browser = :browser
  and p.start_time >= cast(:from as timestamp)
  and p.start_time < dateadd(day, 1, cast(:to as timestamp))
  and (:level = 'all' or p.level = :level);
