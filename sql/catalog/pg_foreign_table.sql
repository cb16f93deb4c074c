-- Foreign tables: none.
create view pg_foreign_table as
select 0 as ftrelid, 0 as ftserver, cast([] as varchar[]) as ftoptions where false;
