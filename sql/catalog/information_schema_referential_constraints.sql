-- Foreign keys, as the SQL standard has them.
-- needs: catalog_keys
create view information_schema_referential_constraints as
select
    current_database_name() as constraint_catalog,
    k.nspname as constraint_schema,
    k.name as constraint_name,
    current_database_name() as unique_constraint_catalog,
    k.other_schema as unique_constraint_schema,
    p.name as unique_constraint_name,
    'NONE' as match_option,
    'NO ACTION' as update_rule,
    'NO ACTION' as delete_rule
from catalog_keys as k
left join catalog_keys as p on k.other_relation = p.relation and p.kind = 'p'
where k.kind = 'f';
