#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/columns.hpp"

namespace sparkify::event {

enum class Compression { none, gzip, zstd };

/// From a file name: .json .jsonl .ndjson, each plain, .gz or .zst (any case). Empty: not ours.
struct FileKind {
  bool is_readable = false;
  Compression compression = Compression::none;
};
FileKind file_kind(std::string_view path);

/// How records lie in a file.
enum class Framing {
  lines,    ///< one object a line (event logs); may be read in pieces
  objects,  ///< objects one after another, also pretty-printed over lines (songs)
};

/// One step down from a value: into an object by key, or into an array by position.
struct PathStep {
  std::string key;
  std::optional<std::size_t> index;  ///< from 0; set for a step into an array
};
using Path = std::vector<PathStep>;

/// Where each column's value is found: a path from the record's root.
struct Mapping {
  Framing framing = Framing::lines;
  std::span<const Column> columns;
  std::vector<Path> paths;  ///< one for each column; the first step is a key
};
Mapping event_mapping();
Mapping song_mapping();
/// `columns` found at the paths of a jsonpaths file, by position, as COPY does: `$['a']`,
/// `$["a"]`, `$.a`, and further steps of these forms or `[0]`. Borrows `columns`.
/// Throws bad_data with line and column: not JSON, no "jsonpaths" list, a path we cannot follow,
/// or another number of paths than columns.
Mapping mapping_from_jsonpaths(std::string_view text, std::string_view file_name, Framing framing,
                               std::span<const Column> columns);

}  // namespace sparkify::event
