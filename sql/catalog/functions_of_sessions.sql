-- Functions about a session and its rights, which are the same for everybody.
-- needs: functions_of_catalog
create macro pg_backend_pid() as coalesce(getvariable('redshift_pg_backend_pid'), 0);
create macro pg_last_copy_count() as
    cast(coalesce(getvariable('redshift_pg_last_copy_count'), 0) as bigint);
create macro pg_last_copy_id() as
    cast(coalesce(getvariable('redshift_pg_last_copy_id'), -1) as bigint);
create macro pg_last_query_id() as
    cast(coalesce(getvariable('redshift_pg_last_query_id'), -1) as bigint);
create macro last_user_query_id() as
    cast(coalesce(getvariable('redshift_pg_last_query_id'), -1) as bigint);
create macro pg_last_unload_count() as
    cast(coalesce(getvariable('redshift_pg_last_unload_count'), 0) as bigint);
create macro pg_last_unload_id() as
    cast(coalesce(getvariable('redshift_pg_last_unload_id'), -1) as bigint);
create macro "version"() as
    'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 '
    || '(Red Hat 3.4.2-6.fc3), Redshift 1.0.77467';
create macro current_schemas(is_implicit) as
    case
        when is_implicit then ['pg_catalog', redshift_catalog.main.current_schema_name()]
        else [redshift_catalog.main.current_schema_name()]
    end;
create macro current_setting(name) as
    coalesce(getvariable('redshift_settings')[lower(name)], redshift_catalog.main.setting(name)),
    (name, is_missing_ok) as
    coalesce(getvariable('redshift_settings')[lower(name)], redshift_catalog.main.setting(name));
create macro has_schema_privilege(a, b) as true, (a, b, c) as true;
create macro has_table_privilege(a, b) as true, (a, b, c) as true;
create macro has_database_privilege(a, b) as true, (a, b, c) as true;
create macro has_column_privilege(a, b, c) as true, (a, b, c, d) as true;
create macro has_any_column_privilege(a, b) as true, (a, b, c) as true;
create macro has_function_privilege(a, b) as true, (a, b, c) as true;
create macro has_sequence_privilege(a, b) as true, (a, b, c) as true;
create macro has_assumerole_privilege(a, b, c) as true;
create macro pg_has_role(a, b) as true, (a, b, c) as true;
create macro pg_cancel_backend(pid) as false;
create macro pg_terminate_backend(pid) as false;
create macro pg_is_in_recovery() as false;
create macro pg_encoding_to_char(number) as 'UTF8';
create macro pg_char_to_encoding(name) as 6;
create macro pg_client_encoding() as 'UTF8';
create macro pg_conf_load_time() as localtimestamp;
create macro inet_client_addr() as cast(null as varchar);
create macro inet_server_port() as 5439;
create macro txid_current_if_assigned() as cast(null as bigint);
create macro current_user_id() as 100;
create macro slice_num() as 0;
create macro set_config(name, value, is_local) as cast(value as varchar);
create macro array_lower(items, dimension) as case when len(items) > 0 then 1 end;
create macro array_upper(items, dimension) as nullif(len(items), 0);
create macro pg_total_relation_size(relation) as cast(0 as bigint);
create macro pg_relation_size(relation) as cast(0 as bigint);
create macro pg_table_size(relation) as cast(0 as bigint);
create macro pg_database_size(name) as cast(0 as bigint);
create macro format_encoding(number) as
    case number
        when 0 then 'none'
        when 1 then 'bytedict'
        when 2 then 'delta'
        when 3 then 'lzo'
        when 4 then 'runlength'
        when 5 then 'text255'
        when 6 then 'text32k'
        when 7 then 'mostly8'
        when 8 then 'mostly16'
        when 9 then 'mostly32'
        when 10 then 'delta32k'
        when 11 then 'zstd'
        when 12 then 'az64'
        else 'none'
    end;
