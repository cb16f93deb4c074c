#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sparkify::event {

/// Why a record was refused. The code (text form) is what etl_rejects.reason holds.
enum class Reason {
  malformed_json,    ///< does not parse, or text follows the object on its line
  not_an_object,     ///< parses, but is an array, a string, a number
  wrong_type,        ///< a string where a number belongs, a boolean anywhere
  nested_value,      ///< an object or array where a scalar belongs
  out_of_range,      ///< a number that its column cannot hold (also a fraction in an INTEGER)
  text_too_long,     ///< more bytes than the column, after trimming
  missing_value,     ///< a required key is absent, null or blank
  nul_byte,          ///< U+0000, raw or escaped
  invalid_utf8,      ///< bytes that are no UTF-8, or an unpaired surrogate escape
  line_too_long,     ///< longer than Reader::max_line_bytes
};

std::string_view code(Reason reason);
/// One sentence for people, without the value: `text is longer than its column`.
std::string_view describe(Reason reason);

/// One record that was refused: where and why.
struct Reject {
  static constexpr std::size_t max_raw_bytes = 1 << 20;

  std::uint64_t line = 0;    ///< from 1, within the uncompressed piece it was read from
  std::uint64_t column = 0;  ///< in bytes from 1, within the record's line
  Reason reason = Reason::malformed_json;
  std::string_view column_name;  ///< the staging column; empty when the record as a whole is bad
  std::string raw;               ///< the record, at most max_raw_bytes of it, as it was read
  std::uint64_t raw_bytes = 0;   ///< its whole length
};

}  // namespace sparkify::event
