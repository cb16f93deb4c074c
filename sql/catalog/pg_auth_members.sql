-- Who is in which role: nobody.
create view pg_auth_members as
select 0 as roleid, 0 as member, 0 as grantor, false as admin_option where false;
