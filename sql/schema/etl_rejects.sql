-- Records that were refused: where, why, and what they said.
-- grain: one refused record of one load
create table if not exists etl_rejects (
  load_id bigint not null,
  file varchar(4096) not null,
  line bigint not null,
  byte_column bigint not null,
  reason varchar(64) not null,
  column_name varchar(64),
  raw_text varchar(max),
  raw_bytes bigint not null
);
