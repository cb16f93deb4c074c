-- Errors inside the engine: none are told.
create view stl_error as
select 0 as userid, '' as process, cast(null as timestamp) as recordtime, 0 as pid, 0 as errcode,
    '' as file,
    0 as linenum, '' as context, '' as error
where false;
