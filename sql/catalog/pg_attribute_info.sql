-- Columns, as Redshift's own newer tools ask for them.
-- needs: pg_attribute
create view pg_attribute_info as
select * from pg_attribute;
