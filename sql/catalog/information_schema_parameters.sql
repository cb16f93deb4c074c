-- Parameters of functions: none are told.
create view information_schema_parameters as
select '' as specific_catalog, '' as specific_schema, '' as specific_name, 0 as ordinal_position,
    'IN' as parameter_mode, '' as parameter_name, '' as data_type
where false;
