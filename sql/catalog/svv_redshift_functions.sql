-- Functions: the warehouse's macros.
-- needs: pg_proc
create view svv_redshift_functions as
select current_database_name() as database_name, 'public' as schema_name, proname as function_name,
    'REGULAR FUNCTION' as function_type, array_to_string(proargnames, ', ') as argument_type,
    'character varying' as result_type
from pg_proc;
