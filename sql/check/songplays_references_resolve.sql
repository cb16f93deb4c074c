-- Every user, song, artist, instant, session and event that songplays names exists.
-- grain: one play with a reference that leads nowhere
select p.songplay_id, 'users' as missing_in, cast(p.user_id as varchar(256)) as key
from songplays p
left join users u on u.user_id = p.user_id
where u.user_id is null
union all
select p.songplay_id, 'songs', p.song_id
from songplays p
left join songs s on s.song_id = p.song_id
where p.song_id is not null
  and s.song_id is null
union all
select p.songplay_id, 'artists', p.artist_id
from songplays p
left join artists a on a.artist_id = p.artist_id
where p.artist_id is not null
  and a.artist_id is null
union all
select p.songplay_id, 'time', cast(p.start_time as varchar(256))
from songplays p
left join time t on t.start_time = p.start_time
where t.start_time is null
union all
select p.songplay_id, 'sessions', cast(p.session_id as varchar(256))
from songplays p
left join sessions s on s.session_id = p.session_id
where s.session_id is null
union all
select p.songplay_id, 'events', cast(p.start_time as varchar(256))
from songplays p
left join events e
  on e.session_id = p.session_id
  and e.item_in_session = p.item_in_session
  and e.event_time = p.start_time
  and e.user_id = p.user_id
where e.session_id is null;
