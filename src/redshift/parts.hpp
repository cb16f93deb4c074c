#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/compress.hpp"
#include "base/object_store.hpp"

namespace sparkify::redshift {

/// Lines on their way into gzip objects of about equal size, a multiple of the slices that will
/// read them: `PREFIX/part-00000.json.gz` and so on.
///
/// As many objects as there are slices grow at a time; when they hold enough, they are uploaded and
/// others begin. When all is less than that, there is one for each slice, fewer for a few lines.
///
/// Memory: (2 x slices + uploads at a time) x part_bytes(), at most about 512 MiB.
/// Threads: add() from any; the rest from one. Uploads have threads of their own.
class Parts {
 public:
  static constexpr std::size_t uploads_at_a_time = 4;
  /// Of a compressed object, unless there are many slices.
  static std::size_t part_bytes(std::size_t slices);

  /// Borrows the store.
  Parts(base::ObjectStore& store, std::string prefix, std::size_t slices);
  ~Parts();
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  /// Takes whole lines. Throws what an upload threw.
  void add(std::string_view lines);
  /// Uploads what is left and returns the paths in order. Throws as add().
  std::vector<std::string> finish();
  /// All paths that were, or may have been, written.
  std::vector<std::string> begun_paths();

 private:
  struct Part {
    std::mutex mutex;  ///< guards what follows
    std::unique_ptr<base::Compressor> compressor;
    std::string bytes;
  };
  struct Upload {
    std::string path;
    std::string bytes;
  };

  void close_all();
  void queue(Upload upload);
  void upload_queued();
  void rethrow();

  base::ObjectStore& store_;
  std::string prefix_;
  std::shared_mutex growing_;  ///< held alone while parts are closed
  std::vector<std::unique_ptr<Part>> parts_;
  std::atomic<std::size_t> next_part_ = 0, grown_bytes_ = 0;

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  std::deque<Upload> queue_;
  std::vector<std::string> paths_;
  std::exception_ptr failure_;
  bool is_finished_ = false;
  std::vector<std::jthread> uploaders_;
};

}  // namespace sparkify::redshift
