-- Foreign servers: none.
create view pg_foreign_server as
select 0 as oid, '' as srvname, 0 as srvowner, 0 as srvfdw where false;
