#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sparkify::field {

/// Bytes that are no UTF-8, as Redshift counts them.
struct BadBytes {
  std::size_t offset = 0;
  std::size_t size_bytes = 0;
  int error = 0;  ///< of "Multibyte character load errors": 2 incomplete, 3 no first byte, ...
};
std::optional<BadBytes> find_bad_bytes(std::string_view text);

/// `e0 a1 c7`
std::string hex_of(std::string_view bytes);

/// The longest beginning of at most `most_bytes` that does not end within a character.
std::string_view cut_to(std::string_view text, std::size_t most_bytes);

/// With a period for each character that is no printable ASCII, cut to `most_bytes`: how the
/// system tables show what was in a file.
std::string ascii_of(std::string_view text, std::size_t most_bytes);

}  // namespace sparkify::field
