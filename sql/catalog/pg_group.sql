-- Groups: none.
create view pg_group as
select cast(null as varchar) as groname, 0 as grosysid,
    cast(null as integer[]) as grolist where false;
