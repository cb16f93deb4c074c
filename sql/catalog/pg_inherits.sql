-- Which tables inherit: none.
create view pg_inherits as
select 0 as inhrelid, 0 as inhparent, 0 as inhseqno, false as inhdetachpending where false;
