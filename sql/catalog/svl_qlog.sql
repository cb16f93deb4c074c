-- Queries in short.
-- needs: stl_query
create view svl_qlog as
select userid, query, xid, pid, starttime, endtime, date_diff('microsecond', starttime,
    endtime) as elapsed,
    aborted, label, substring(querytxt, 1, 60) as "substring", cast(null as bigint) as source_query,
    '' as concurrency_scaling_status_txt, 0 as from_sp_call
from stl_query;
