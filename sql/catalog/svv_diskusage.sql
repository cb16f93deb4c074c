-- Tables and their rows, by column on Redshift.
-- needs: catalog_columns
create view svv_diskusage as
select 1 as db_id, relname as name, 0 as slice, cast(number as integer) - 1 as col, relation as tbl,
    cast(0 as bigint) as blocknum, cast(0 as bigint) as num_values, cast(0 as bigint) as minvalue,
    cast(0 as bigint) as maxvalue
from catalog_columns
where kind = 'r' and not is_system;
