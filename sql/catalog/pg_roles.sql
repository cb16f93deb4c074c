-- The user who asks, as newer clients ask for it.
-- needs: functions_of_catalog
create view pg_roles as
select
    100 as oid,
    current_user_name() as rolname,
    true as rolsuper,
    true as rolinherit,
    true as rolcreaterole,
    true as rolcreatedb,
    true as rolcanlogin,
    false as rolreplication,
    false as rolbypassrls,
    -1 as rolconnlimit,
    '********' as rolpassword,
    cast(null as timestamp) as rolvaliduntil,
    cast(null as varchar[]) as rolconfig;
