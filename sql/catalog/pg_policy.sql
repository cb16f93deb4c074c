-- Policies: none.
create view pg_policy as
select 0 as oid, '' as polname, 0 as polrelid, '*' as polcmd, true as polpermissive where false;
