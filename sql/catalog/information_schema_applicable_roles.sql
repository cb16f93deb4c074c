-- Roles that users have: none.
create view information_schema_applicable_roles as
select '' as grantee, '' as role_name, 'NO' as is_grantable where false;
