-- The slices that load and read in parallel: this server stands for one node of two.
create view stv_slices as
select 0 as node, slice, slice as localslice, 'C' as type
from (values (0), (1)) as slices (slice);
