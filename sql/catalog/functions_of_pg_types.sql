-- Names of PostgreSQL's types by number.
create macro format_type(number, modifier) as
    case number
        when 16 then 'boolean'
        when 17 then 'bytea'
        when 18 then '"char"'
        when 19 then 'name'
        when 20 then 'bigint'
        when 21 then 'smallint'
        when 22 then 'int2vector'
        when 23 then 'integer'
        when 25 then 'text'
        when 26 then 'oid'
        when 30 then 'oidvector'
        when 700 then 'real'
        when 701 then 'double precision'
        when 1005 then 'smallint[]'
        when 1007 then 'integer[]'
        when 1009 then 'text[]'
        when 1015 then 'character varying[]'
        when 1016 then 'bigint[]'
        when 1022 then 'double precision[]'
        when 1042 then 'character' || case
            when modifier >= 4 then '(' || (modifier - 4) || ')' else '' end
        when 1043 then
            'character varying' || case
                when modifier >= 4 then '(' || (modifier - 4) || ')' else '' end
        when 1082 then 'date'
        when 1083 then 'time without time zone'
        when 1114 then 'timestamp without time zone'
        when 1184 then 'timestamp with time zone'
        when 1186 then 'interval'
        when 1266 then 'time with time zone'
        when 1700 then
            'numeric'
            || case
                when modifier >= 4
                    then '(' || ((modifier - 4) >> 16) || ',' || ((modifier - 4) & 65535) || ')'
                else ''
            end
        when 2205 then 'regclass'
        when 2206 then 'regtype'
        when 2950 then 'uuid'
        when 4000 then 'super'
        when 6551 then 'binary varying'
        else '???'
    end;
