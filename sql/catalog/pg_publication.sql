-- Publications: none.
create view pg_publication as
select 0 as oid, '' as pubname, 0 as pubowner, false as puballtables where false;
