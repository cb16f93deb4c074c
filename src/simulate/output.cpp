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

/// A file that is seen while it grows, or standard output.
class GrowingFile final : public base::ObjectWriter {
 public:
  explicit GrowingFile(std::string path) : path_(std::move(path)) {
    std::error_code failure;
    std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    std::filesystem::create_directories(folder, failure);
    if (failure) throw base::system_error(failure.value(), "make this folder", folder.string());
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd_ < 0) throw base::system_error(errno, "write", path_);
  }
  GrowingFile() : path_("standard output"), fd_(STDOUT_FILENO) {}
  ~GrowingFile() override {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      ssize_t count = ::write(fd_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw base::system_error(errno, "write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  /// Some file systems tell only now that the disk is full.
  void finish() override {
    if (fd_ <= STDERR_FILENO) return;
    if (::close(std::exchange(fd_, -1)) != 0) throw base::system_error(errno, "write", path_);
  }

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace

void write_object(base::ObjectStore& store, const std::string& path, std::string_view text) {
  auto writer = store.create(path);
  writer->write(text);
  writer->finish();
}

/// One file of lines.
class EventFiles::File {
 public:
  File(std::unique_ptr<base::ObjectWriter> writer, Compression compression, bool ends_lines)
      : writer_(std::move(writer)), ends_lines_(ends_lines) {
    if (compression == Compression::gzip) compressor_ = base::make_gzip_compressor();
    if (compression == Compression::zstd) compressor_ = base::make_zstd_compressor();
  }

  /// `lines` end in a line end, which a file gets only when more lines come.
  void write(std::string_view lines) {
    if (ends_lines_) return put(lines, false);
    if (!is_empty_) put("\n", false);
    is_empty_ = false;
    put(lines.substr(0, lines.size() - 1), false);
  }
  void close() {
    if (compressor_) put("", true);
    writer_->finish();
  }

 private:
  void put(std::string_view bytes, bool is_last) {
    if (!compressor_) return writer_->write(bytes);
    compressed_.clear();
    compressor_->write(bytes, is_last, compressed_);
    writer_->write(compressed_);
  }

  std::unique_ptr<base::ObjectWriter> writer_;
  bool ends_lines_;
  std::unique_ptr<base::Compressor> compressor_;
  std::string compressed_;
  bool is_empty_ = true;
};

std::size_t EventFiles::Job::size() const {
  std::size_t bytes = 0;
  for (const std::string& lines : text) bytes += lines.size();
  return bytes;
}

EventFiles::EventFiles(base::ObjectStore& store, Options options)
    : store_(store),
      options_(std::move(options)),
      is_in_parts_(options_.is_following && store.is_far(options_.folder)),
      writer_([this] { work(); }) {}

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
    for (Job job; await_job(job); job = {}) {
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

/// False when there will be none. Closes objects meanwhile whose time is over.
bool EventFiles::await_job(Job& job) {
  auto has_news = [&] { return !jobs_.empty() || is_finished_; };
  std::unique_lock lock(mutex_);
  while (!has_news()) {
    if (!part_ends_) {
      changed_.wait(lock, has_news);
    } else if (!changed_.wait_until(lock, *part_ends_, has_news)) {
      lock.unlock();
      close_files();
      lock.lock();
    }
  }
  if (jobs_.empty()) return false;
  job = std::move(jobs_.front());
  jobs_.pop_front();
  return true;
}

void EventFiles::run(const Job& job) {
  bool is_stream = options_.folder == "-";
  bool is_other_day = job.day != open_day_ && !is_stream;
  if (is_other_day || (part_ends_ && Clock::now() >= *part_ends_)) close_files();
  if (is_other_day) part_ = 1;
  open_day_ = job.day;
  for (int i = 0; i < delivery_count; ++i) {
    const std::string& lines = job.text[static_cast<std::size_t>(i)];
    if (!lines.empty()) write_lines(static_cast<Delivery>(i), job.day, lines);
  }
}

void EventFiles::write_lines(Delivery delivery, std::int64_t day, std::string_view text) {
  std::unique_ptr<File>& file = files_[static_cast<std::size_t>(delivery)];
  if (!file) file = make_file(delivery, day);
  if (is_in_parts_ && !part_ends_) part_ends_ = Clock::now() + options_.object_time;
  file->write(text);
}

void EventFiles::close_files() {
  for (auto& file : files_) {
    if (file) file->close();
    file.reset();
  }
  if (part_ends_) ++part_;
  part_ends_.reset();
}

std::unique_ptr<EventFiles::File> EventFiles::make_file(Delivery delivery, std::int64_t day) const {
  if (options_.folder == "-") {
    return std::make_unique<File>(std::make_unique<GrowingFile>(), Compression::none, true);
  }
  std::string path = path_of(delivery, day);
  bool grows = options_.is_following && !is_in_parts_;
  return std::make_unique<File>(grows ? std::make_unique<GrowingFile>(path) : store_.create(path),
                                options_.compression, false);
}

std::string EventFiles::path_of(Delivery delivery, std::int64_t day) const {
  std::tm date = fmt::gmtime(static_cast<std::time_t>(day * 86'400));
  constexpr std::string_view endings[] = {"", ".gz", ".zst"};
  return fmt::format("{}/{}log_data/{:%Y/%m/%Y-%m-%d}-events{}{}.json{}", options_.folder,
                     delivery == Delivery::second ? "late/" : "", date,
                     is_in_parts_ ? fmt::format("-{:06}", part_) : "",
                     delivery == Delivery::again ? "-again" : "",
                     endings[static_cast<std::size_t>(options_.compression)]);
}

}  // namespace sparkify::simulate
