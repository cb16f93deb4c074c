-- Queries under the names of the newer system views.
-- needs: stl_query
create view sys_query_history as
select
    userid as user_id,
    query as query_id,
    label as query_label,
    xid as transaction_id,
    pid as session_id,
    "database" as database_name,
    'SELECT' as query_type,
    case when aborted = 1 then 'failed' else 'success' end as status,
    false as result_cache_hit,
    starttime as start_time,
    endtime as end_time,
    date_diff('microsecond', starttime, endtime) as elapsed_time,
    cast(0 as bigint) as queue_time,
    date_diff('microsecond', starttime, endtime) as execution_time,
    '' as error_message,
    cast(0 as bigint) as returned_rows,
    cast(0 as bigint) as returned_bytes,
    querytxt as query_text,
    '' as redshift_version,
    '' as usage_limit,
    'primary' as compute_type,
    cast(0 as bigint) as compile_time,
    cast(0 as bigint) as planning_time,
    cast(0 as bigint) as lock_wait_time,
    'default' as service_class_name
from stl_query;
