-- Sessions: the one that asks.
-- needs: functions_of_sessions
create view pg_stat_activity as
select
    1 as datid,
    current_database_name() as datname,
    pg_backend_pid() as procpid,
    pg_backend_pid() as pid,
    100 as usesysid,
    current_user_name() as usename,
    '' as current_query,
    '' as query,
    'active' as state,
    '' as application_name,
    cast(null as varchar) as client_addr,
    cast(null as timestamp) as query_start,
    cast(null as timestamp) as backend_start;
