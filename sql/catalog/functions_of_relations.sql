-- Functions about relations and their parts.
-- needs: functions_of_names, pg_proc
create macro pg_table_is_visible(of_number) as
    exists (
        select 1
        from redshift_catalog.main.catalog_relations as r
        where r.oid = of_number and (r.nspname in ('pg_catalog', 'pg_temp_1', 'public')
            or r.nspname = redshift_catalog.main.current_schema_name())
    )
    or exists (select 1 from redshift_catalog.main.catalog_keys as k where k.oid = of_number);
create macro pg_type_is_visible(of_number) as true;
create macro pg_function_is_visible(of_number) as true;
create macro pg_opclass_is_visible(of_number) as true;
create macro pg_opfamily_is_visible(of_number) as true;
create macro pg_operator_is_visible(of_number) as true;
create macro pg_collation_is_visible(of_number) as true;
create macro pg_conversion_is_visible(of_number) as true;
create macro pg_statistics_obj_is_visible(of_number) as true;
create macro pg_tablespace_location(of_number) as '';
create macro pg_get_userbyid(of_number) as
    case when of_number = 100 then redshift_catalog.main.current_user_name() else 'rdsdb' end;
create macro pg_get_expr(expression, relation) as cast(expression as varchar),
    (expression, relation, is_pretty) as cast(expression as varchar);
create macro pg_get_viewdef(relation) as redshift_catalog.main.view_text(relation),
    (relation, is_pretty) as redshift_catalog.main.view_text(relation);
create macro pg_get_constraintdef(of_number) as redshift_catalog.main.constraint_text(of_number),
    (of_number, is_pretty) as redshift_catalog.main.constraint_text(of_number);
create macro pg_get_indexdef(of_number) as redshift_catalog.main.index_text(of_number),
    (of_number, part, is_pretty) as case
        when part = 0 then redshift_catalog.main.index_text(of_number)
        else (select k.columns[part]
            from redshift_catalog.main.catalog_keys as k where k.oid = of_number)
    end;
create macro obj_description(object) as redshift_catalog.main.description_of(object, 0),
    (object, catalog_name) as redshift_catalog.main.description_of(object, 0);
create macro col_description(object, of_number) as redshift_catalog.main.description_of(object,
    of_number);
create macro shobj_description(object, catalog_name) as cast(null as varchar);
create macro pg_get_serial_sequence(relation, column_name) as cast(null as varchar);
create macro pg_get_functiondef(of_number) as cast(null as varchar);
create macro pg_get_function_result(of_number) as 'character varying';
create macro pg_get_function_arguments(of_number) as (
    select array_to_string(p.proargnames,
        ', ') from redshift_catalog.main.pg_proc as p where p.oid = of_number
);
create macro pg_get_function_identity_arguments(of_number) as
    redshift_catalog.main.pg_get_function_arguments(of_number);
create macro oidvectortypes(types) as '';
create macro pg_get_ruledef(of_number) as cast(null as varchar), (of_number,
    is_pretty) as cast(null as varchar);
create macro pg_get_triggerdef(of_number) as cast(null as varchar), (of_number,
    is_pretty) as cast(null as varchar);
create macro pg_get_partkeydef(of_number) as cast(null as varchar);
create macro pg_relation_is_publishable(relation) as false;
create macro pg_stat_get_numscans(relation) as cast(0 as bigint);

-- One row for each element, with its place from 1: pgjdbc reads the columns of keys so.
create macro _pg_expandarray(elements) as
    unnest(list_transform(elements, lambda element, place: {'x': element, 'n': cast(place as integer)}));

create macro to_regclass(of_name) as (
    select r.oid from redshift_catalog.main.catalog_relations as r
    where r.relname = lower(split_part('.' || of_name, '.', -1))
    limit 1
);
create macro pg_get_keywords() as table
select keyword_name as word,
    case keyword_category when 'reserved' then 'R' when 'unreserved' then 'U'
        when 'column_name' then 'C' else 'T' end as catcode,
    keyword_category as catdesc
from duckdb_keywords();
-- No view is bound late. Clients give the columns these names, or those.
create macro pg_get_late_binding_view_cols() as table
select cast(null as varchar) as view_schema, cast(null as varchar) as view_name,
    cast(null as varchar) as col_name,
    cast(null as varchar) as col_type, cast(null as integer) as col_num,
    cast(null as varchar) as schemaname, cast(null as varchar) as tablename,
    cast(null as varchar) as columnname,
    cast(null as varchar) as columntype, cast(null as integer) as columnnum
where false;
create macro pg_get_cols(of_name) as table
select c.nspname as view_schema, c.relname as view_name, c.name as col_name,
    redshift_catalog.main.format_type(c.type_number, c.type_modifier) as col_type,
        c.number as col_num
from redshift_catalog.main.catalog_columns as c
where c.relation = redshift_catalog.main.class_oid(of_name)
order by c.number;
