#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparkify::event {

/// Why a record was refused. The code (text form) is what etl_rejects.reason holds.
enum class Reason {
  malformed_json,  ///< does not parse, or text follows the object on its line
  not_an_object,   ///< parses, but is an array, a string, a number
  wrong_type,      ///< a string where a number belongs, a boolean anywhere
  nested_value,    ///< an object or array where a scalar belongs
  out_of_range,    ///< a number that its column cannot hold (also a fraction in an INTEGER)
  text_too_long,   ///< more bytes than the column, after trimming
  missing_value,   ///< a required key is absent, null or blank
  nul_byte,        ///< U+0000, raw or escaped
  invalid_utf8,    ///< bytes that are no UTF-8, or an unpaired surrogate escape
  line_too_long,   ///< longer than Reader::max_line_bytes
};

std::string_view code(Reason reason);
/// One sentence for people, without the value: `text is longer than its column`.
std::string_view describe(Reason reason);

/// One record that was refused: where and why. A record has one reject: for bytes that are no
/// UTF-8, else for a raw NUL, else for JSON that does not parse, else for the first of its columns,
/// in the mapping's order, whose value cannot be taken.
struct Reject {
  static constexpr std::size_t max_raw_bytes = 1 << 20;

  /// From 1, within the uncompressed piece it was read from: where the record begins.
  std::uint64_t line = 0;
  /// Bytes from 1, from the beginning of that line to the offending value or byte; in a record
  /// over several lines it counts on across the line ends. 1 where a key is absent.
  /// A byte order mark is not counted.
  std::uint64_t column = 0;
  Reason reason = Reason::malformed_json;
  std::string_view column_name;  ///< the staging column; empty when the record as a whole is bad
  /// The line as it was read, without its end (Framing::lines); the object, or what does not
  /// parse up to the end of the line with the error (Framing::objects). At most max_raw_bytes.
  std::string raw;
  std::uint64_t raw_bytes = 0;  ///< its whole length
};

}  // namespace sparkify::event
