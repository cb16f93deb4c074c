-- Languages of functions.
create view pg_language as
select oid, 2612 as tableoid, lanname, 10 as lanowner, false as lanispl, true as lanpltrusted,
    0 as lanplcallfoid,
    0 as lanvalidator, cast(null as varchar[]) as lanacl
from (values (12, 'internal'), (14, 'sql')) as t (oid, lanname);
