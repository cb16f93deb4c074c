-- Default rights: none.
create view pg_default_acl as
select 0 as oid, 0 as defaclrole, 0 as defaclnamespace, 'r' as defaclobjtype,
    cast([] as varchar[]) as defaclacl where false;
