-- The user who asks.
-- needs: functions_of_catalog
create view information_schema_enabled_roles as
select current_user_name() as role_name;
