-- Triggers: none.
create view pg_trigger as
select 0 as oid, 2620 as tableoid, 0 as tgrelid, '' as tgname, 0 as tgfoid, 0 as tgtype,
    'O' as tgenabled,
    false as tgisinternal,
    0 as tgconstraint, 0 as tgparentid, false as tgdeferrable, false as tginitdeferred, 0 as tgnargs
where false;
