-- Comments on databases: none.
create view pg_shdescription as
select 0 as objoid, 1262 as classoid, '' as description where false;
