-- The user who asks.
-- needs: functions_of_catalog
create view pg_user as
select
    current_user_name() as usename,
    100 as usesysid,
    true as usecreatedb,
    true as usesuper,
    false as usecatupd,
    '********' as passwd,
    cast(null as timestamp) as valuntil,
    cast(null as varchar[]) as useconfig;
