-- Operators: none are told.
create view pg_operator as
select 0 as oid, 2617 as tableoid, '' as oprname, 0 as oprnamespace, 0 as oprowner, 'b' as oprkind,
    0 as oprleft, 0 as oprright, 0 as oprresult, 0 as oprcode where false;
