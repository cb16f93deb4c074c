-- The user who asks, as Redshift's own tools ask for it.
-- needs: pg_user
create view pg_user_info as
select *, 'UNLIMITED' as useconnlimit, cast(null as varchar) as syslogaccess,
    cast(null as timestamp) as last_ddl_timestamp
from pg_user;
