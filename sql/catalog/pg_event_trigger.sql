-- Event triggers: none.
create view pg_event_trigger as
select 0 as oid, '' as evtname, '' as evtevent, 0 as evtowner, 0 as evtfoid,
    'O' as evtenabled where false;
