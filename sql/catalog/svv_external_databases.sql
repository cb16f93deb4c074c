-- External databases: none.
create view svv_external_databases as
select 0 as eskind, '' as databasename, '' as location, '' as parameters where false;
