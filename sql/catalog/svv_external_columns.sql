-- External columns: none.
create view svv_external_columns as
select '' as redshift_database_name, '' as schemaname, '' as tablename, '' as columnname,
    '' as external_type,
    0 as columnnum, 0 as part_key, '' as is_nullable
where false;
