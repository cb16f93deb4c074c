-- External partitions: none.
create view svv_external_partitions as
select '' as schemaname, '' as tablename, '' as "values", '' as location, '' as input_format,
    '' as output_format, '' as serialization_lib, '' as serde_parameters, 0 as compressed,
        '' as parameters
where false;
