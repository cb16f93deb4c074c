-- Dependencies: none are told.
create view pg_depend as
select 0 as classid, 0 as objid, 0 as objsubid, 0 as refclassid, 0 as refobjid, 0 as refobjsubid,
    'n' as deptype
where false;
