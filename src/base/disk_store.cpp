#include "base/disk_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>
#include <utility>

#include "base/directory.hpp"
#include "base/error.hpp"

namespace sparkify::base {
namespace {

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  /// False, with errno, when what was written did not arrive.
  bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

std::string version_of(const struct stat& st) {
  return fmt::format("{}-{}.{:09}-{}.{:09}-{}", st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
                     st.st_ctim.tv_sec, st.st_ctim.tv_nsec, st.st_ino);
}

/// Walks a tree and collects what it finds.
class Walk {
 public:
  /// `name` is what `path` is called in the directory: so its way there is gone once, not for each
  /// file.
  void visit(const std::string& path, int directory, const char* name) {
    struct stat st {};
    if (::fstatat(directory, name, &st, 0) != 0) {
      pass_over(path, errno);
      return;
    }
    if (S_ISDIR(st.st_mode)) {
      if (seen_.emplace(st.st_dev, st.st_ino).second) visit_directory(path);
    } else if (S_ISREG(st.st_mode)) {
      listing_.objects.push_back({path, static_cast<std::uint64_t>(st.st_size), version_of(st)});
    } else {
      listing_.passed_over.push_back({path, "not a regular file"});
    }
  }

  Listing finish() {
    auto by_path = [](const auto& a, const auto& b) { return a.path < b.path; };
    std::sort(listing_.objects.begin(), listing_.objects.end(), by_path);
    std::sort(listing_.passed_over.begin(), listing_.passed_over.end(), by_path);
    return std::move(listing_);
  }

 private:
  void visit_directory(const std::string& path) {
    Directory directory(path);
    std::string base = path.back() == '/' ? path : path + "/";
    while (const char* name = directory.next()) {
      visit(base + name, directory.descriptor(), name);
    }
  }

  void pass_over(const std::string& path, int error_number) {
    struct stat link {};
    bool is_link = ::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode);
    if (error_number == ENOENT && is_link) {
      listing_.passed_over.push_back({path, "broken symbolic link"});
    } else if (error_number == ELOOP) {
      listing_.passed_over.push_back({path, "symbolic link in a circle"});
    } else if (error_number != ENOENT) {  // a file deleted since readdir is not there: no loss
      throw system_error(error_number, "look at", path);
    }
  }

  Listing listing_;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

class DiskObject final : public Object {
 public:
  DiskObject(int fd, const ObjectEntry& entry) : file_(fd), entry_(entry) {}

  std::size_t read(std::uint64_t offset, std::span<char> buffer) override {
    for (;;) {
      ssize_t count =
          ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) throw system_error(errno, "read", entry_.path);
    }
  }

  void verify_unchanged() override {
    struct stat st {};
    if (::fstat(file_.get(), &st) != 0) throw system_error(errno, "look at", entry_.path);
    if (version_of(st) == entry_.version) return;
    throw Error(ErrorKind::unavailable, "file changed while it was being read")
        .at({entry_.path, 0, 0, {}})
        .hint("load again when nothing writes to it; this load left nothing behind");
  }

 private:
  Descriptor file_;
  ObjectEntry entry_;
};

/// Writes beside the path and takes its place at the end.
class DiskWriter final : public ObjectWriter {
 public:
  explicit DiskWriter(std::string_view path)
      : path_(path),
        partial_(fmt::format("{}.partial-{}", path_, ::getpid())),
        file_(::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (file_.get() < 0) throw system_error(errno, "create", path_);
  }
  ~DiskWriter() override {
    if (!partial_.empty()) ::unlink(partial_.c_str());
  }

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      ssize_t count = ::write(file_.get(), bytes.data(), bytes.size());
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno != EINTR) {
        throw system_error(errno, "write", path_);
      }
    }
  }

  void finish() override {
    // Some file systems tell only now that the disk is full.
    if (!file_.close()) throw system_error(errno, "write", path_);
    if (::rename(partial_.c_str(), path_.c_str()) != 0) throw system_error(errno, "write", path_);
    partial_.clear();
  }

 private:
  std::string path_;
  std::string partial_;  ///< empty once it has its name
  Descriptor file_;
};

}  // namespace

Listing DiskStore::list(std::string_view prefix, const Arrived& arrived) {
  std::string path(prefix);
  struct stat st {};
  if (path.empty() || ::stat(path.c_str(), &st) != 0) {
    throw system_error(path.empty() ? ENOENT : errno, "open", path)
        .hint("give a directory, or one file");
  }
  Walk walk;
  walk.visit(path, AT_FDCWD, path.c_str());
  Listing listing = walk.finish();
  if (arrived) arrived(listing.objects);
  return listing;
}

std::unique_ptr<ObjectWriter> DiskStore::create(std::string_view path) {
  std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code failure;
  if (!folder.empty()) std::filesystem::create_directories(folder, failure);
  if (failure) throw system_error(failure.value(), "make this folder", folder.string());
  return std::make_unique<DiskWriter>(path);
}

std::unique_ptr<Object> DiskStore::open(const ObjectEntry& entry) {
  int fd = ::open(entry.path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw system_error(errno, "open", entry.path);
  return std::make_unique<DiskObject>(fd, entry);
}

}  // namespace sparkify::base
