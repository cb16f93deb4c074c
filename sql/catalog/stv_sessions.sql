-- Sessions: the one that asks.
-- needs: functions_of_sessions
create view stv_sessions as
select cast(null as timestamp) as starttime, pg_backend_pid() as process,
    current_user_name() as user_name,
    current_database_name() as db_name, 0 as timeout_sec;
