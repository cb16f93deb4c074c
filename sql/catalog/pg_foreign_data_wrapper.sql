-- Foreign data wrappers: none.
create view pg_foreign_data_wrapper as
select 0 as oid, '' as fdwname, 0 as fdwowner, 0 as fdwhandler, 0 as fdwvalidator,
    cast([] as varchar[]) as fdwacl, cast([] as varchar[]) as fdwoptions where false;
