-- External tables: none.
create view svv_external_tables as
select '' as redshift_database_name, '' as schemaname, '' as tablename, '' as tabletype,
    '' as location,
    '' as input_format, '' as output_format, '' as serialization_lib, '' as serde_parameters,
        0 as compressed,
    '' as parameters
where false;
