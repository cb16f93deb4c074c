-- Functions, as the SQL standard has them.
-- needs: pg_proc
create view information_schema_routines as
select current_database_name() as specific_catalog, 'public' as specific_schema,
    proname as specific_name,
    current_database_name() as routine_catalog, 'public' as routine_schema, proname as routine_name,
    'FUNCTION' as routine_type, 'character varying' as data_type, prosrc as routine_definition,
    'SQL' as external_language
from pg_proc;
