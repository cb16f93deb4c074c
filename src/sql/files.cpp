#include "sql/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "sql/script.hpp"

namespace sparkify::sql {
namespace {

using base::Error;
using base::ErrorKind;

/// Visits files depth first, what a file needs before the file.
class Ordering {
 public:
  explicit Ordering(std::span<const File* const> files) {
    for (const File* file : files) entries_.emplace(file->name(), Entry{file, header(file->text)});
  }

  std::vector<const File*> run() {
    for (auto& [name, entry] : entries_) visit(entry);
    return std::move(ordered_);
  }

 private:
  enum class State { unseen, open, done };
  struct Entry {
    const File* file;
    Header header;
    State state = State::unseen;
  };

  void visit(Entry& entry) {
    if (entry.state == State::done) return;
    entry.state = State::open;
    chain_.push_back(entry.file->name());
    for (const std::string& need : entry.header.needs) {
      auto found = entries_.find(need);
      if (found == entries_.end()) throw missing(entry, need);
      if (found->second.state == State::open) throw circle(entry, need);
      visit(found->second);
    }
    chain_.pop_back();
    entry.state = State::done;
    ordered_.push_back(entry.file);
  }

  /// An error at the place where `entry` says that it needs `need`.
  static Error error_at(const Entry& entry, std::string_view need, std::string message) {
    std::string_view text = entry.file->text;
    std::size_t line = entry.header.line_of.at("needs");
    for (std::size_t i = 1; i < line; ++i) text.remove_prefix(text.find('\n') + 1);
    // A list may go on in the lines below.
    while (text.substr(0, text.find('\n')).find(need) == std::string_view::npos) {
      text.remove_prefix(text.find('\n') + 1);
      ++line;
    }
    std::string_view excerpt = text.substr(0, text.find_first_of("\r\n"));
    std::size_t list = excerpt.find(':') == std::string_view::npos ? 0 : excerpt.find(':');
    std::size_t column = std::max(excerpt.find(need, list) + 1, std::size_t{1});
    return Error(ErrorKind::sql, std::move(message))
        .at({std::string(entry.file->path), line, column, std::string(excerpt)});
  }

  Error missing(const Entry& entry, const std::string& need) const {
    std::string names;
    for (const auto& [name, other] : entries_) {
      if (&other != &entry) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    }
    Error error = error_at(entry, need, fmt::format("no file named {}.sql beside this one", need));
    if (!names.empty()) error.hint("it may need " + names);
    return error;
  }

  Error circle(const Entry& entry, const std::string& need) const {
    auto begin = std::find(chain_.begin(), chain_.end(), need);
    std::string path = fmt::format("{} -> {}", fmt::join(begin, chain_.end(), " -> "), need);
    return error_at(entry, need, "files need each other in a circle: " + path)
        .hint("take one of these names out of its needs line");
  }

  std::map<std::string_view, Entry> entries_;
  std::vector<std::string_view> chain_;  ///< the files being visited, outermost first
  std::vector<const File*> ordered_;
};

}  // namespace

std::string_view File::name() const {
  std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(".sql")) name.remove_suffix(4);
  return name;
}

std::string_view File::folder() const {
  std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {};
  std::string_view folder = path.substr(0, slash);
  return folder.starts_with("sql/") ? folder.substr(4) : folder;
}

const File& file(std::string_view path) {
  auto all = files();
  auto found = std::lower_bound(all.begin(), all.end(), path,
                                [](const File& a, std::string_view b) { return a.path < b; });
  if (found != all.end() && found->path == path) return *found;
  throw Error(ErrorKind::internal, fmt::format("the program holds no file {}", path));
}

std::vector<const File*> ordered(std::string_view folder) {
  std::vector<const File*> chosen;
  for (const File& each : files()) {
    if (each.folder() == folder) chosen.push_back(&each);
  }
  return in_order_of_need(chosen);
}

std::vector<const File*> in_order_of_need(std::span<const File* const> files) {
  return Ordering(files).run();
}

}  // namespace sparkify::sql
