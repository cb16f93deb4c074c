-- External schemas: none.
create view svv_external_schemas as
select 0 as esoid, 0 as eskind, '' as schemaname, 0 as esowner, '' as databasename,
    '' as esoptions where false;
