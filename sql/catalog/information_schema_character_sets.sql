-- The one character set.
-- needs: functions_of_catalog
create view information_schema_character_sets as
select 'UTF8' as character_set_name, current_database_name() as default_collate_catalog;
