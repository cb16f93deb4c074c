-- Texts and numbers of relations and their parts, for the functions that clients call.
-- needs: pg_class, pg_attribute, pg_description, pg_index
create macro view_text(relation) as (
    select r.definition
        from redshift_catalog.main.catalog_relations as r
        where cast(r.oid as varchar) = cast(relation as varchar)
);
create macro constraint_text(of_number) as (
    select
        case k.kind when 'p' then 'PRIMARY KEY (' when 'u' then 'UNIQUE (' else 'FOREIGN KEY (' end
        || array_to_string(k.columns, ', ') || ')'
        || case
            when k.kind = 'f'
                then ' REFERENCES '
                    || case
                        when k.other_schema in ('public',
                            redshift_catalog.main.current_schema_name()) then ''
                        else k.other_schema || '.'
                    end
                    || k.other_table || '(' || array_to_string(k.other_columns, ', ') || ')'
            else ''
        end
    from redshift_catalog.main.catalog_keys as k
    where k.oid = of_number
);
create macro index_text(of_number) as (
    select
        'CREATE UNIQUE INDEX ' || k.name || ' ON ' || k.nspname || '.' || k.relname
            || ' USING btree ('
        || array_to_string(k.columns, ', ') || ')'
    from redshift_catalog.main.catalog_keys as k
    where k.oid = of_number
);
create macro description_of(object, of_number) as (
    select d.description
    from redshift_catalog.main.pg_description as d
    where d.objoid = object and d.objsubid = of_number
);
-- 'public.users'::regclass and its way back.
create macro class_oid(of_name) as coalesce(
    try_cast(of_name as bigint),
    (
        select r.oid
        from redshift_catalog.main.catalog_relations as r
        where r.relname = lower(trim(split_part('.' || of_name, '.', -1), '"'))
            and (position('.' in of_name) = 0 or r.nspname = lower(trim(split_part(of_name, '.',
                -2), '"')))
        order by r.is_system, r.nspname <> redshift_catalog.main.current_schema_name()
        limit 1
    ),
    error('relation "' || of_name || '" does not exist')
);
create macro class_name(of_number) as coalesce(
    (
        select case when r.nspname in ('public',
            'pg_catalog') then r.relname else r.nspname || '.' || r.relname end
        from redshift_catalog.main.catalog_relations as r
        where cast(r.oid as varchar) = cast(of_number as varchar)
    ),
    (
        select k.name
        from redshift_catalog.main.catalog_keys as k
        where cast(k.oid as varchar) = cast(of_number as varchar)
    ),
    cast(of_number as varchar)
);
create macro namespace_oid(of_name) as (
    select n.oid from redshift_catalog.main.catalog_schemas as n where n.nspname = lower(of_name)
);
create macro namespace_name(of_number) as (
    select n.nspname
        from redshift_catalog.main.catalog_schemas as n
        where cast(n.oid as varchar) = cast(of_number as varchar)
);
