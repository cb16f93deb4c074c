-- Operator families: none are told.
create view pg_opfamily as
select 0 as oid, 2753 as tableoid, 0 as opfmethod, '' as opfname, 0 as opfnamespace,
    0 as opfowner where false;
