-- The user who asks.
-- needs: pg_user
create view pg_shadow as
select * from pg_user;
