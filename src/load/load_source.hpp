#pragma once

#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/object_store.hpp"
#include "duckdb/source.hpp"
#include "field/record.hpp"
#include "load/load_errors.hpp"
#include "load/table.hpp"
#include "transfer/statement.hpp"

namespace sparkify::load {

/// The records of a COPY's files as rows that DuckDB pulls on its own threads. Large objects that
/// are not compressed are read in pieces by several of them.
///
/// Errors are found in the order of the files: when the load must fail, those that came first are
/// known, however many threads read.
///
/// Memory: threads x (one field::RecordReader) + errors kept (at most max_errors and what the
/// threads meet until they notice, 2 KiB each).
class LoadSource final : public duckdb::Source {
 public:
  struct Request {
    const transfer::CopyStatement* copy = nullptr;
    const Table* table = nullptr;
    base::ObjectStore* store = nullptr;
    const std::vector<base::ObjectEntry>* files = nullptr;
    const field::JsonPlan* json = nullptr;  ///< null: text
    unsigned threads = 1;
  };
  /// Borrows what the request points to. Files whose number is in `as_one` are read in one piece.
  LoadSource(const Request& request, const std::vector<bool>& as_one);
  ~LoadSource() override;

  std::vector<Column> columns() const override;
  unsigned max_threads() const override { return request_.threads; }
  std::unique_ptr<duckdb::SourceReader> open_reader() override;

  /// What stops a load with too many errors, thrown by the last reader; see failed().
  class TooManyErrors final : public std::exception {
   public:
    const char* what() const noexcept override { return "too many errors"; }
  };

  // Once no reader runs.

  /// The load must fail: errors() are the first ones.
  bool has_failed() const { return last_task_ != no_task; }
  /// Files that must be read again in one piece; none when the rows are right.
  const std::vector<bool>& files_to_repeat() const { return files_to_repeat_; }
  bool must_repeat() const { return must_repeat_; }
  /// In the order of the files, with lines of whole files.
  std::vector<LoadError> errors();
  std::vector<Replacement> replacements();
  std::uint64_t error_count() const { return error_count_; }
  /// Lines of each file, blank ones too, of a load that did not fail.
  std::vector<std::uint64_t> lines() const;
  std::uint64_t replacement_count() const { return replacement_count_; }

 private:
  class Reader;
  struct File;
  struct Task {
    std::size_t file = 0, piece = 0;
  };
  static constexpr std::size_t no_task = static_cast<std::size_t>(-1);
  /// Errors that are kept when all are ignored.
  static constexpr std::uint64_t most_ignored = 100'000;

  std::uint64_t limit() const;
  std::optional<std::size_t> take();
  bool is_over(std::size_t task) const { return must_repeat_ || task > last_task_; }
  base::Object& open(std::size_t file);
  void keep(std::size_t task, LoadError error);
  void keep(std::size_t task, Replacement replacement);
  void finish(std::size_t task, const field::RecordReader& reader);
  void leave(bool is_end);
  std::uint64_t lines_before(std::size_t file, std::size_t piece) const;

  Request request_;
  std::vector<std::unique_ptr<File>> files_;
  std::vector<Task> tasks_;
  std::atomic<std::size_t> next_task_{0}, last_task_{no_task};
  std::atomic<bool> must_repeat_{false};
  std::atomic<std::uint64_t> error_count_{0}, replacement_count_{0};
  std::mutex mutex_;  ///< guards what follows
  std::size_t running_ = 0;
  std::map<std::size_t, std::uint64_t> errors_by_task_;
  std::vector<LoadError> errors_;
  std::vector<Replacement> replacements_;
  std::vector<bool> files_to_repeat_;
};

}  // namespace sparkify::load
