-- Sequences: identity columns have none on Redshift.
create view information_schema_sequences as
select '' as sequence_catalog, '' as sequence_schema, '' as sequence_name,
    '' as data_type where false;
