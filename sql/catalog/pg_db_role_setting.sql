-- Settings of roles: none.
create view pg_db_role_setting as
select 0 as setdatabase, 0 as setrole, cast([] as varchar[]) as setconfig where false;
