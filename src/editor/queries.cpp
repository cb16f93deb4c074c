#include "editor/queries.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

#include "base/directory.hpp"
#include "base/error.hpp"
#include "base/private_file.hpp"
#include "duckdb/prepared.hpp"
#include "net/stream.hpp"

namespace sparkify::editor {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view sql_ending = ".sql";
constexpr std::size_t most_name_bytes = 80;
constexpr mode_t file_mode = 0644;

bool is_name_byte(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || std::isalnum(byte) != 0 || c == ' ' || c == '_' || c == '-' || c == '.';
}

Error no_such_query(std::string_view name) {
  return Error(ErrorKind::not_found, fmt::format("there is no query \"{}\"", name));
}

}  // namespace

bool is_query_name(std::string_view name) {
  if (name.empty() || name.size() > most_name_bytes) return false;
  if (name.front() == '.' || name.front() == ' ' || name.back() == ' ') return false;
  return std::all_of(name.begin(), name.end(), is_name_byte) && duckdb::is_utf8(name);
}

std::string Queries::folder_beside(const std::string& warehouse) {
  if (warehouse.empty() || warehouse == ":memory:") return "";
  return warehouse + ".queries";
}

std::string Queries::path_of(std::string_view name) const {
  if (folder_.empty()) {
    throw Error(ErrorKind::usage, "a warehouse in memory has no folder for queries");
  }
  if (!is_query_name(name)) {
    throw Error(ErrorKind::usage, "a query cannot have this name")
        .hint("letters, digits, blanks, _, - and dots, 80 bytes at most, no dot in front");
  }
  return fmt::format("{}/{}{}", folder_, name, sql_ending);
}

std::vector<Queries::Entry> Queries::list() const {
  std::vector<Entry> found;
  try {
    base::Directory directory(folder_);
    while (const char* entry = directory.next()) {
      std::string_view name = entry;
      struct stat about {};
      bool is_file = ::fstatat(directory.descriptor(), entry, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
                     S_ISREG(about.st_mode);
      if (!is_file || !name.ends_with(sql_ending)) continue;
      name.remove_suffix(sql_ending.size());
      if (!is_query_name(name) || found.size() == most_queries) continue;
      found.push_back(
          {std::string(name), static_cast<std::uint64_t>(about.st_size), about.st_mtime});
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;  // there is none yet
  }
  std::sort(found.begin(), found.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return found;
}

/// A link is not followed: it may lead to any file.
std::string Queries::read(std::string_view name) const {
  std::string path = path_of(name);
  net::Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file && (errno == ENOENT || errno == ELOOP)) throw no_such_query(name);
  if (!file) throw base::system_error(errno, "read", path);
  struct stat about {};
  if (::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) throw no_such_query(name);
  std::string text;
  std::array<char, 1 << 16> bytes{};
  while (text.size() <= most_bytes) {
    ssize_t count = ::read(file.get(), bytes.data(), bytes.size());
    if (count < 0) throw base::system_error(errno, "read", path);
    if (count == 0) return text;
    text.append(bytes.data(), static_cast<std::size_t>(count));
  }
  throw Error(ErrorKind::usage, fmt::format("the query \"{}\" is longer than 1 MiB", name));
}

void Queries::write(std::string_view name, std::string_view text) const {
  std::string path = path_of(name);
  if (text.size() > most_bytes) throw Error(ErrorKind::usage, "a query has 1 MiB at most");
  if (::mkdir(folder_.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    throw base::system_error(errno, "make the folder", folder_);
  }
  bool is_new = ::access(path.c_str(), F_OK) != 0;
  if (is_new && list().size() >= most_queries) {
    throw Error(ErrorKind::usage, fmt::format("there are {} queries", most_queries))
        .hint("delete some");
  }
  base::replace_file(path, text, file_mode);
}

void Queries::remove(std::string_view name) const {
  std::string path = path_of(name);
  if (::unlink(path.c_str()) == 0) return;
  if (errno == ENOENT) throw no_such_query(name);
  throw base::system_error(errno, "delete", path);
}

}  // namespace sparkify::editor
