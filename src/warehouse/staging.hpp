#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "duckdb/source.hpp"
#include "warehouse/dictionary.hpp"
#include "warehouse/warehouse.hpp"

namespace sparkify::warehouse {

/// The columns of what is staged: those given, file_id and row_id. Coded: texts are numbers.
std::vector<duckdb::Source::Column> staging_columns(std::span<const event::Column> columns,
                                                    bool is_coded);

/// The files of a request as rows that DuckDB pulls on its own threads: the mapping's columns,
/// file_id, and row_id, a number within the request. An uncompressed event file is read in pieces
/// by several threads. With a dictionary, texts are numbers of it.
///
/// Memory: threads x (one reader, see event::Reader, + 1 MiB with a dictionary) + rejects (at most
/// the limit and what the threads meet until they notice, each up to Reject::max_raw_bytes).
class StagingSource final : public duckdb::Source {
 public:
  /// Borrows the request and the dictionary (or none), which must outlive the source.
  StagingSource(const StageRequest& request, unsigned threads, Dictionary* dictionary);
  ~StagingSource() override;

  std::vector<Column> columns() const override;
  unsigned max_threads() const override { return threads_; }
  std::unique_ptr<duckdb::SourceReader> open_reader() override;

  /// Readers end at their next batch.
  void stop() { stopping_ = true; }
  /// A text had no room in the dictionary: reading has stopped, what it gave is of no use.
  bool is_dictionary_full() const { return is_dictionary_full_; }
  void report_progress() const;
  /// What reading gave, once no reader runs. Reads parts of files again to number the lines of
  /// rejects when reading stopped early.
  StageResult finish();

 private:
  class Reader;
  struct File;
  struct Task {
    std::size_t file = 0, piece = 0;
  };
  struct Found {
    std::size_t file = 0, piece = 0;
    event::Reject reject;
  };

  bool take(Task& task);
  base::Object& open(std::size_t file);
  void keep(const Task& task, std::vector<event::Reject>& rejects);
  void finish_piece(const Task& task, const event::Reader& reader);
  std::uint64_t lines_before(std::size_t file, std::size_t piece);

  const StageRequest& request_;
  unsigned threads_;
  Dictionary* dictionary_;
  std::vector<std::unique_ptr<File>> files_;
  std::vector<Task> tasks_;
  std::atomic<std::size_t> next_task_{0};
  std::atomic<bool> stopping_{false}, is_dictionary_full_{false};
  std::atomic<std::uint64_t> files_done_{0}, bytes_done_{0}, rows_done_{0}, reject_count_{0};
  std::mutex mutex_;
  std::vector<Found> rejects_;
};

}  // namespace sparkify::warehouse
