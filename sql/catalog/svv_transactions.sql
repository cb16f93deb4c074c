-- Transactions that hold locks: none.
create view svv_transactions as
select '' as txn_owner, '' as txn_db, 0 as xid, 0 as pid, cast(null as timestamp) as txn_start,
    '' as lock_mode,
    '' as lockable_object_type, 0 as relation, false as granted
where false;
