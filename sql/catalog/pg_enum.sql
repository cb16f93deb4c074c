-- Values of enumerations: none.
create view pg_enum as
select 0 as oid, 0 as enumtypid, cast(0 as float) as enumsortorder, '' as enumlabel where false;
