-- Functions: the warehouse's macros.
create view pg_proc as
select
    function_oid as oid,
    function_name as proname,
    2200 as pronamespace,
    100 as proowner,
    14 as prolang,
    1255 as tableoid,
    false as proisagg,
    false as proiswindow,
    false as prosecdef,
    false as proisstrict,
    false as proretset,
    'f' as prokind,
    'i' as provolatile,
    cast(len(parameters) as smallint) as pronargs,
    1043 as prorettype,
    cast([] as bigint[]) as proargtypes,
    cast(null as bigint[]) as proallargtypes,
    cast(null as varchar[]) as proargmodes,
    parameters as proargnames,
    macro_definition as prosrc,
    cast(null as varchar) as probin,
    cast(null as varchar[]) as proacl,
    cast(null as varchar[]) as proconfig
from duckdb_functions()
where not internal and database_name = current_database();
