#include "event/mapping.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "event/json.hpp"

namespace sparkify::event {
namespace {

Mapping mapping_by_key(Framing framing, std::span<const Column> columns) {
  Mapping mapping{framing, columns, {}, false};
  for (const Column& column : columns) {
    mapping.paths.push_back({PathStep{std::string(column.key), std::nullopt}});
  }
  return mapping;
}

/// A jsonpaths file, and where in it something is wrong.
class JsonPathsFile {
 public:
  JsonPathsFile(std::string_view text, std::string_view name) : text_(text), name_(name) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  [[noreturn]] void fail(std::size_t offset, std::string what, std::string hint) const {
    std::string_view before = text_.substr(0, offset);
    auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    std::size_t begin = before.rfind('\n') + 1;  // npos + 1 is 0
    std::string_view excerpt = text_.substr(begin, text_.find('\n', begin) - begin);
    throw base::Error(base::ErrorKind::bad_data, std::move(what))
        .at({std::string(name_), line, offset - begin + 1,
             std::string(trim_trailing_blanks(excerpt))})
        .hint(std::move(hint));
  }

  void check_json() const {
    if (auto offset = find_invalid_utf8(text_)) {
      fail(*offset, "jsonpaths file is not valid UTF-8", std::string(form));
    }
    Scan scan = scan_value(text_);
    std::size_t offset = scan.offset;
    if (scan.state == Scan::State::complete) {
      while (offset < text_.size() && is_json_blank(text_[offset])) ++offset;
      if (offset == text_.size()) return;
    }
    fail(offset, "jsonpaths file does not parse as JSON", std::string(form));
  }

  std::string_view text() const { return text_; }
  /// Where what is no blank begins.
  std::size_t begin() const {
    return static_cast<std::size_t>(trim_blanks(text_).data() - text_.data());
  }

  static constexpr std::string_view form = "write {\"jsonpaths\": [\"$['artist']\", ...]}";

 private:
  std::string_view text_;
  std::string_view name_;
};

bool is_name_byte(char byte) {
  return byte != '.' && byte != '[' && byte != ']' && byte != '\'' && byte != '"' && byte != '*' &&
         !is_blank(byte);
}

/// Reads one path: `$`, then steps. On failure `at` stands where it cannot go on.
class PathParser {
 public:
  PathParser(std::string_view text, bool allows_lists) : text_(text), allows_lists_(allows_lists) {}

  std::optional<Path> run() {
    if (!skip('$')) return std::nullopt;
    Path path;
    while (at_ < text_.size()) {
      PathStep step;
      if (!read_step(step)) return std::nullopt;
      if (path.empty() && step.index && !allows_lists_) return std::nullopt;
      path.push_back(std::move(step));
    }
    if (path.empty()) return std::nullopt;
    return path;
  }

  std::size_t at() const { return at_; }

 private:
  bool skip(char byte) {
    if (at_ == text_.size() || text_[at_] != byte) return false;
    ++at_;
    return true;
  }

  bool read_step(PathStep& step) {
    if (skip('.')) return read_name(step.key);
    std::size_t bracket = at_;
    if (!skip('[')) return false;
    bool is_read = skip('\'')  ? read_quoted('\'', step.key)
                   : skip('"') ? read_quoted('"', step.key)
                               : read_index(step);
    if (!is_read || !skip(']')) return at_ = bracket, false;
    return true;
  }

  bool read_name(std::string& key) {
    std::size_t begin = at_;
    while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
    key = text_.substr(begin, at_ - begin);
    return at_ > begin;
  }

  bool read_quoted(char quote, std::string& key) {
    std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) return false;
    key = text_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }

  bool read_index(PathStep& step) {
    constexpr std::size_t most_digits = 9;
    std::size_t begin = at_;
    std::size_t index = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') {
      index = index * 10 + static_cast<std::size_t>(text_[at_++] - '0');
      if (at_ - begin > most_digits) return false;
    }
    step.index = index;
    return at_ > begin;
  }

  std::string_view text_;
  bool allows_lists_;  ///< records may be lists: the first step may be a position
  std::size_t at_ = 0;
};

Path read_path(const JsonPathsFile& file, simdjson::ondemand::value value, bool allows_lists) {
  constexpr std::string_view forms =
      "write the path as $['key'], $[\"key\"] or $.key, further steps behind it";
  std::string_view raw = value.raw_json_token();
  auto offset = static_cast<std::size_t>(raw.data() - file.text().data());
  if (raw.front() != '"') file.fail(offset, "a path is no string", std::string(forms));
  raw = trim_trailing_blanks(raw);
  raw = raw.substr(1, raw.size() - 2);
  std::string plain(raw.size(), '\0');
  plain.resize(unescape(raw, plain.data()).size_bytes);
  PathParser parser(plain, allows_lists);
  std::optional<Path> path = parser.run();
  // With escapes in it, the place within the path is not known: the path's beginning will do.
  std::size_t within = plain.size() == raw.size() ? 1 + parser.at() : 0;
  if (!path)
    file.fail(offset + within, fmt::format("cannot follow path {}", plain), std::string(forms));
  return *std::move(path);
}

struct JsonPaths {
  std::vector<Path> paths;
  std::size_t list = 0;  ///< where it begins
};

/// Nothing when the file is an object without the list.
std::optional<JsonPaths> find_paths(const JsonPathsFile& file, std::string_view name,
                                    bool allows_lists) {
  file.check_json();
  // From here on simdjson meets no error but values of another type: the text is known to be JSON.
  simdjson::padded_string copy(file.text());
  JsonPathsFile padded({copy.data(), copy.size()}, name);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object root;
  simdjson::ondemand::value list;
  simdjson::ondemand::array found;
  std::string form(JsonPathsFile::form);
  bool is_object = file.text()[file.begin()] == '{' && !parser.iterate(copy).get(document) &&
                   !document.get_object().get(root);
  if (!is_object) file.fail(file.begin(), "file has no list \"jsonpaths\"", form);
  if (root.find_field("jsonpaths").get(list)) return std::nullopt;
  JsonPaths paths;
  paths.list = static_cast<std::size_t>(list.raw_json_token().data() - copy.data());
  if (list.get_array().get(found)) file.fail(paths.list, "\"jsonpaths\" is no list", form);
  for (auto path : found) {
    paths.paths.push_back(read_path(padded, path.value_unsafe(), allows_lists));
    const Path &first = paths.paths.front(), &last = paths.paths.back();
    if (first.front().index.has_value() != last.front().index.has_value()) {
      file.fail(paths.list, "some paths begin with a key, others with a position", form);
    }
  }
  return paths;
}

}  // namespace

FileKind file_kind(std::string_view path) {
  std::string name = base::to_lower(path.substr(path.rfind('/') + 1));
  FileKind kind;
  std::string_view stem = name;
  for (auto [suffix, compression] :
       {std::pair<std::string_view, Compression>{".gz", Compression::gzip},
        {".zst", Compression::zstd}}) {
    if (!stem.ends_with(suffix)) continue;
    stem.remove_suffix(suffix.size());
    kind.compression = compression;
    break;
  }
  for (std::string_view suffix : {".json", ".jsonl", ".ndjson"}) {
    if (stem.ends_with(suffix)) kind.is_readable = true;
  }
  if (!kind.is_readable) kind.compression = Compression::none;
  return kind;
}

FileKind object_kind(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  bool is_bare = !name.empty() && name.front() != '_' && name.find('.') == std::string_view::npos;
  return is_bare ? FileKind{true, Compression::none} : file_kind(path);
}

Mapping event_mapping() { return mapping_by_key(Framing::lines, event_columns); }
Mapping song_mapping() { return mapping_by_key(Framing::objects, song_columns); }

std::optional<std::vector<Path>> read_jsonpaths(std::string_view text, std::string_view file_name) {
  std::optional<JsonPaths> found = find_paths(JsonPathsFile(text, file_name), file_name, true);
  if (!found) return std::nullopt;
  return std::move(found->paths);
}

Mapping mapping_from_jsonpaths(std::string_view text, std::string_view file_name, Framing framing,
                               std::span<const Column> columns) {
  JsonPathsFile file(text, file_name);
  std::optional<JsonPaths> found = find_paths(file, file_name, false);
  std::string form(JsonPathsFile::form);
  if (!found) file.fail(file.begin(), "file has no list \"jsonpaths\"", form);
  if (found->paths.size() != columns.size()) {
    file.fail(found->list,
              fmt::format("file names {} paths, the table has {} columns", found->paths.size(),
                          columns.size()),
              "give one path for each column, in the table's order");
  }
  return Mapping{framing, columns, std::move(found->paths), false};
}

}  // namespace sparkify::event
