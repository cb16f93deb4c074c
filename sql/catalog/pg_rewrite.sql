-- Rules: none.
create view pg_rewrite as
select 0 as oid, 2618 as tableoid, '' as rulename, 0 as ev_class, '1' as ev_type, 'O' as ev_enabled,
    false as is_instead,
    '' as ev_qual, '' as ev_action
where false;
