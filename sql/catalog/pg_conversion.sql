-- Conversions of encodings: none are told.
create view pg_conversion as
select 0 as oid, 2607 as tableoid, '' as conname, 0 as connamespace, 0 as conforencoding,
    0 as contoencoding, false as condefault where false;
