-- Access methods.
create view pg_am as
select 403 as oid, 'btree' as amname, '-' as amhandler, 'i' as amtype;
