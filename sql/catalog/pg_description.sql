-- Comments.
-- needs: catalog_columns
create view pg_description as
select oid as objoid, 1259 as classoid, 0 as objsubid, description
from catalog_relations
where coalesce(description, '') <> ''
union all
select relation, 1259, cast(number as integer), comment
from catalog_columns
where comment is not null;
