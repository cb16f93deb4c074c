#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/object_store.hpp"
#include "duckdb/source.hpp"
#include "event/reader.hpp"
#include "five_tables/songs.hpp"

namespace sparkify::bench {

/// A user as of the latest event.
struct User {
  std::int64_t seen_at = 0;  ///< microseconds since 1970
  std::string first_name, last_name, gender, level;
};
using Users = std::unordered_map<std::int32_t, User>;

/// Event files as the rows of songplays, in no order: the plays of known users, each linked to its
/// song. On the way it learns the users and the instants.
class PlaysSource final : public duckdb::Source {
 public:
  /// Borrows all, which must outlive the source.
  PlaysSource(base::ObjectStore& store, const std::vector<base::ObjectEntry>& files,
              const SongIndex& songs, unsigned threads);

  std::vector<Column> columns() const override;
  unsigned max_threads() const override { return threads_; }
  std::unique_ptr<duckdb::SourceReader> open_reader() override;

  /// Complete once no reader lives.
  const Users& users() const { return users_; }
  /// Of the plays, each once, in order; microseconds since 1970. Complete once no reader lives.
  const std::vector<std::int64_t>& instants() const { return instants_; }

 private:
  class Reader;
  struct Task {
    std::size_t file = 0;
    event::Piece piece;
  };
  const Task* take();
  void merge(const Users& users, std::vector<std::int64_t>& instants);

  base::ObjectStore& store_;
  const std::vector<base::ObjectEntry>& files_;
  const SongIndex& songs_;
  unsigned threads_;
  event::Mapping mapping_;
  std::vector<Task> tasks_;
  std::atomic<std::size_t> next_task_{0};
  std::mutex mutex_;
  Users users_;
  std::vector<std::int64_t> instants_;
};

/// Instants as a column start_time.
class InstantsSource final : public duckdb::Source {
 public:
  /// Borrows the instants.
  InstantsSource(const std::vector<std::int64_t>& instants, unsigned threads)
      : instants_(instants), threads_(threads) {}

  std::vector<Column> columns() const override { return {{"start_time", DUCKDB_TYPE_TIMESTAMP}}; }
  unsigned max_threads() const override { return threads_; }
  std::unique_ptr<duckdb::SourceReader> open_reader() override;

 private:
  class Reader;
  const std::vector<std::int64_t>& instants_;
  unsigned threads_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace sparkify::bench
