-- Casts: none are told.
create view pg_cast as
select 0 as oid, 2605 as tableoid, 0 as castsource, 0 as casttarget, 0 as castfunc,
    'e' as castcontext,
    'f' as castmethod where false;
