-- needs: information_schema_table_privileges
create view information_schema_role_table_grants as
select * from information_schema_table_privileges;
