-- The texts of queries.
-- needs: stl_query
create view stl_querytext as
select userid, xid, pid, query, 0 as "sequence", querytxt as text from stl_query;
