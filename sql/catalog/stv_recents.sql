-- What runs: nothing is told.
create view stv_recents as
select 0 as userid, 'Done' as status, cast(null as timestamp) as starttime, 0 as duration,
    '' as user_name,
    '' as db_name, '' as query, 0 as pid
where false;
