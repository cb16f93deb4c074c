-- Puts a refused load on record; nothing else of it stays.
-- grain: one load
insert into etl_loads (
  load_id, status, started_at, finished_at, files_loaded, rows_read, rows_loaded, duplicates,
  rejects, error
)
values (
  :load_id, 'failed', :started_at, :finished_at, 0, :rows_read, 0, 0, :rejects, :error
);
