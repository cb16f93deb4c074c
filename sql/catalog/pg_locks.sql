-- Locks: none.
create view pg_locks as
select 'relation' as locktype, 1 as "database", 0 as relation, 0 as "transaction",
    cast(null as varchar) as transactionid, 0 as pid,
    '' as mode,
    true as granted
where false;
