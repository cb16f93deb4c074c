-- Sequences: identity columns have none on Redshift.
create view pg_sequence as
select 0 as seqrelid, 20 as seqtypid, 0 as seqstart, 1 as seqincrement, 0 as seqmax, 0 as seqmin,
    1 as seqcache,
    false as seqcycle
where false;
