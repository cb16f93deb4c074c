-- The one database, as Redshift's own tools ask for it.
-- needs: pg_database
create view pg_database_info as
select datname, oid as datid, datdba, "encoding", datistemplate, datallowconn,
    'UNLIMITED' as datconnlimit
from pg_database;
