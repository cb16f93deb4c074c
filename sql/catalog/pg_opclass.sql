-- Operator classes: none are told.
create view pg_opclass as
select 0 as oid, 2616 as tableoid, 0 as opcmethod, '' as opcname, 0 as opcnamespace, 0 as opcowner,
    0 as opcintype, false as opcdefault where false;
