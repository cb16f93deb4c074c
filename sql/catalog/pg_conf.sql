-- What Redshift keeps of its cluster, BACKUP NO of a table for one: nothing is told.
create view pg_conf as
select '' as key, '' as value where false;
