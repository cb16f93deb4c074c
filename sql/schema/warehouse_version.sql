-- Internal: the version of these tables, and of the program that made them.
-- grain: one row
create table if not exists warehouse_version (
  schema_version integer not null,
  written_by varchar(64) not null
);
