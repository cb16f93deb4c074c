#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/compress.hpp"
#include "simulate/simulation.hpp"

namespace sparkify::simulate {

/// Writes `text` to `path` whole, and makes the folders above it.
/// Throws denied, unavailable (disk full).
void write_file(const std::string& path, std::string_view text);

/// Event files of a folder, one for each UTC day and delivery, or standard output. A file of the
/// folder does not end in a line end, as those of the public bucket; standard output does.
///
/// A thread of its own compresses and writes, so that generating goes on meanwhile.
/// Memory: what waits to be written, at most 32 MiB beyond one window.
class EventFiles {
 public:
  enum class Compression { none, gzip, zstd };

  /// `folder` is `-` for standard output, which takes the first delivery only and no compression.
  EventFiles(std::string folder, Compression compression);
  ~EventFiles();
  EventFiles(const EventFiles&) = delete;
  EventFiles& operator=(const EventFiles&) = delete;

  /// Takes the lines and leaves a text that was written, so that its memory is used again. Throws
  /// what went wrong with earlier lines: denied, unavailable (disk full, reader gone).
  void write(std::int64_t day, DeliveredText& text);
  /// Waits until everything is written and closes the files. Throws as write() does.
  void finish();

  std::uint64_t bytes_written() const { return bytes_written_; }  ///< before compression

 private:
  struct Job {
    std::int64_t day;
    DeliveredText text;
    std::size_t size() const;
  };
  class File;

  void work();
  void run(const Job& job);
  void write_lines(Delivery delivery, std::int64_t day, std::string_view text);
  void close_files();
  std::string path_of(Delivery delivery, std::int64_t day) const;

  static constexpr std::size_t most_waiting_bytes = 32 << 20;

  std::string folder_;
  Compression compression_;
  std::int64_t open_day_ = -1;
  std::array<std::unique_ptr<File>, delivery_count> files_;  ///< of open_day_
  std::uint64_t bytes_written_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;              ///< guarded by mutex_, as all below
  std::vector<DeliveredText> spare_;  ///< written, to be filled again
  std::size_t waiting_bytes_ = 0;
  bool is_finished_ = false;
  std::exception_ptr failure_;
  std::jthread writer_;
};

}  // namespace sparkify::simulate
