-- Tables and their rows.
-- needs: catalog_relations
create view stv_tbl_perm as
select 0 as slice, oid as id, relname as name, row_count as rows, row_count as sorted_rows,
    case when is_temporary then 1 else 0 end as temp, 1 as db_id, 0 as insert_pristine,
        0 as delete_pristine,
    0 as backup, cast(0 as bigint) as dist_style, cast(1 as bigint) as block_count
from catalog_relations
where kind = 'r' and not is_system;
