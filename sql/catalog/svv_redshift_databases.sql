-- The one database.
-- needs: functions_of_catalog
create view svv_redshift_databases as
select current_database_name() as database_name, 100 as database_owner, 'local' as database_type,
    cast(null as varchar) as database_acl, cast(null as varchar) as database_options,
    'Serializable' as database_isolation_level;
