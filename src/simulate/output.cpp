#include "simulate/output.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/error.hpp"

namespace sparkify::simulate {
namespace {

void make_folder_of(const std::string& path) {
  std::error_code failure;
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::filesystem::create_directories(folder, failure);
  if (failure) throw base::system_error(failure.value(), "make this folder", folder.string());
}

/// A file that is written from its beginning, or standard output.
class Descriptor {
 public:
  explicit Descriptor(std::string path) : path_(std::move(path)) {
    make_folder_of(path_);
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd_ < 0) throw base::system_error(errno, "write", path_);
  }
  Descriptor() : path_("standard output"), fd_(STDOUT_FILENO) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t count = ::write(fd_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw base::system_error(errno, "write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  /// Some file systems tell only now that the disk is full.
  void close() {
    if (fd_ <= STDERR_FILENO) return;
    if (::close(std::exchange(fd_, -1)) != 0) throw base::system_error(errno, "write", path_);
  }

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace

void write_file(const std::string& path, std::string_view text) {
  Descriptor file(path);
  file.write(text);
  file.close();
}

/// One file of lines.
class EventFiles::File {
 public:
  File() : is_stream_(true) {}
  File(std::string path, Compression compression) : descriptor_(std::move(path)) {
    if (compression == Compression::gzip) compressor_ = base::make_gzip_compressor();
    if (compression == Compression::zstd) compressor_ = base::make_zstd_compressor();
  }

  /// `lines` end in a line end, which a file gets only when more lines come.
  void write(std::string_view lines) {
    if (is_stream_) return descriptor_.write(lines);
    if (!is_empty_) put("\n", false);
    is_empty_ = false;
    put(lines.substr(0, lines.size() - 1), false);
  }
  void close() {
    if (compressor_) put("", true);
    descriptor_.close();
  }

 private:
  void put(std::string_view bytes, bool is_last) {
    if (!compressor_) return descriptor_.write(bytes);
    compressed_.clear();
    compressor_->write(bytes, is_last, compressed_);
    descriptor_.write(compressed_);
  }

  bool is_stream_ = false;
  Descriptor descriptor_;
  std::unique_ptr<base::Compressor> compressor_;
  std::string compressed_;
  bool is_empty_ = true;
};

std::size_t EventFiles::Job::size() const {
  std::size_t bytes = 0;
  for (const std::string& lines : text) bytes += lines.size();
  return bytes;
}

EventFiles::EventFiles(std::string folder, Compression compression)
    : folder_(std::move(folder)), compression_(compression), writer_([this] { work(); }) {}

EventFiles::~EventFiles() {
  std::lock_guard lock(mutex_);
  is_finished_ = true;
  jobs_.clear();
  changed_.notify_all();
}

void EventFiles::write(std::int64_t day, DeliveredText& text) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_bytes_ < most_waiting_bytes || failure_; });
  if (failure_) std::rethrow_exception(failure_);
  jobs_.push_back({day, std::move(text)});
  waiting_bytes_ += jobs_.back().size();
  text = {};
  if (!spare_.empty()) {
    text = std::move(spare_.back());
    spare_.pop_back();
  }
  changed_.notify_all();
}

void EventFiles::finish() {
  {
    std::lock_guard lock(mutex_);
    is_finished_ = true;
    changed_.notify_all();
  }
  if (writer_.joinable()) writer_.join();
  if (failure_) std::rethrow_exception(failure_);
}

void EventFiles::work() {
  try {
    while (true) {
      Job job;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !jobs_.empty() || is_finished_; });
        if (jobs_.empty()) break;
        job = std::move(jobs_.front());
        jobs_.pop_front();
      }
      std::size_t size = job.size();
      run(job);
      std::lock_guard lock(mutex_);
      waiting_bytes_ -= size;
      bytes_written_ += size;
      spare_.push_back(std::move(job.text));
      changed_.notify_all();
    }
    close_files();
  } catch (...) {
    std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

void EventFiles::run(const Job& job) {
  bool is_stream = folder_ == "-";
  if (job.day != open_day_ && !is_stream) close_files();
  open_day_ = job.day;
  for (int i = 0; i < delivery_count; ++i) {
    const std::string& lines = job.text[static_cast<std::size_t>(i)];
    if (!lines.empty()) write_lines(static_cast<Delivery>(i), job.day, lines);
  }
}

void EventFiles::write_lines(Delivery delivery, std::int64_t day, std::string_view text) {
  std::unique_ptr<File>& file = files_[static_cast<std::size_t>(delivery)];
  if (!file) {
    file = folder_ == "-" ? std::make_unique<File>()
                          : std::make_unique<File>(path_of(delivery, day), compression_);
  }
  file->write(text);
}

void EventFiles::close_files() {
  for (auto& file : files_) {
    if (file) file->close();
    file.reset();
  }
}

std::string EventFiles::path_of(Delivery delivery, std::int64_t day) const {
  std::tm date = fmt::gmtime(static_cast<std::time_t>(day * 86'400));
  constexpr std::string_view endings[] = {"", ".gz", ".zst"};
  return fmt::format("{}/{}log_data/{:%Y/%m/%Y-%m-%d}-events{}.json{}", folder_,
                     delivery == Delivery::second ? "late/" : "", date,
                     delivery == Delivery::again ? "-again" : "",
                     endings[static_cast<std::size_t>(compression_)]);
}

}  // namespace sparkify::simulate
