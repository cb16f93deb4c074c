-- Dependencies: of foreign keys on what they refer to, by which drivers find it.
-- needs: pg_constraint
create view pg_depend as
select
    2606 as classid,
    oid as objid,
    0 as objsubid,
    1259 as refclassid,
    conindid as refobjid,
    0 as refobjsubid,
    'n' as deptype
from pg_constraint
where contype = 'f' and conindid <> 0;
