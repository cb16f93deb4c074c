-- Artists of songs, users and sessions of events, and users of histories and changes exist.
-- grain: one reference that leads nowhere
select 'songs' as table_name, 'artists' as missing_in, s.artist_id as key
from songs s
left join artists a on a.artist_id = s.artist_id
where a.artist_id is null
union
select 'events', 'users', cast(e.user_id as varchar(256))
from events e
left join users u on u.user_id = e.user_id
where e.user_id is not null
  and u.user_id is null
union
select 'events', 'sessions', cast(e.session_id as varchar(256))
from events e
left join sessions s on s.session_id = e.session_id
where s.session_id is null
union
select 'user_history', 'users', cast(h.user_id as varchar(256))
from user_history h
left join users u on u.user_id = h.user_id
where u.user_id is null
union
select 'level_changes', 'users', cast(c.user_id as varchar(256))
from level_changes c
left join users u on u.user_id = c.user_id
where u.user_id is null;
