-- Mappings of users to foreign servers: none.
create view pg_user_mappings as
select 0 as umid, 0 as srvid, '' as srvname, 0 as umuser, '' as usename where false;
