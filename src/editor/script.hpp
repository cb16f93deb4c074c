#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace sparkify::editor {

/// One statement of a text, and where it stands there. Places are in UTF-16 units, as browsers
/// count.
struct Part {
  std::string text;
  std::size_t begin = 0, end = 0;

  /// The place of a character of `text`, counted from 1.
  std::size_t place_of(std::size_t character) const;
};

/// The statements of a text, split as sessions split. Throws sql with place: a literal without end.
std::vector<Part> parts_of(std::string_view text);

/// The place of an error that parts_of() threw for `text`.
std::size_t place_of(const base::Error& error, std::string_view text);

}  // namespace sparkify::editor
