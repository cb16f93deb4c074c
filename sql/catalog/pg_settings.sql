-- Settings of the session that clients ask for.
-- needs: functions_of_sessions
create view pg_settings as
select
    name,
    current_setting(name) as setting,
    cast(null as varchar) as unit,
    'Client Connection Defaults' as category,
    '' as short_desc,
    '' as extra_desc,
    'user' as context,
    'string' as vartype,
    'session' as source,
    cast(null as varchar) as min_val,
    cast(null as varchar) as max_val
from (
    values ('server_version'), ('server_version_num'), ('server_encoding'), ('client_encoding'),
        ('datestyle'),
    ('timezone'), ('standard_conforming_strings'), ('search_path'), ('transaction_isolation'),
    ('max_index_keys'), ('is_superuser'), ('session_authorization')
    union
    select unnest(map_keys(getvariable('redshift_settings')))
) as t (name);
