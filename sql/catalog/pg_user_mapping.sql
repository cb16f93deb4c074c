-- Mappings of users to foreign servers: none.
create view pg_user_mapping as
select 0 as oid, 0 as umuser, 0 as umserver where false;
