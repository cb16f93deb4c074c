-- What runs: nothing is told.
create view stv_inflight as
select 0 as userid, 0 as slice, 0 as query, '' as label, 0 as xid, 0 as pid,
    cast(null as timestamp) as starttime,
    '' as text, 0 as suspended, 0 as insert_pristine, 0 as concurrency_scaling_status
where false;
