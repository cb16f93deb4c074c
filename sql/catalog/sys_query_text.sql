-- The texts of queries.
-- needs: stl_query
create view sys_query_text as
select userid as user_id, query as query_id, xid as transaction_id, pid as session_id,
    starttime as start_time,
    0 as "sequence", querytxt as text
from stl_query;
