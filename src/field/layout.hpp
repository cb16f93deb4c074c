#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::field {

/// At the beginning of a file of text it is no part of the first value.
inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// How the bytes of a load file are text.
enum class Encoding { utf8, utf16, utf16_le, utf16_be };

/// How lines are fields. What each member means: COPY, "Data format" and "Data conversion
/// parameters", of Redshift's reference.
struct Layout {
  enum class Kind { delimited, csv, fixed_width };
  /// Characters, not bytes.
  struct Width {
    std::string label;
    std::size_t characters = 0;
  };

  Kind kind = Kind::delimited;
  std::string delimiter = "|";  ///< one byte or more
  char quote = '"';             ///< CSV
  bool has_escapes = false;     ///< ESCAPE
  bool remove_quotes = false;
  bool fill_record = false;
  bool ignore_blank_lines = false;
  std::uint64_t ignore_header = 0;  ///< lines at the beginning of each file
  std::string null_as = "\\N";      ///< NUL as one byte 0
  std::vector<Width> widths;        ///< of fixed_width
};

/// How texts become values. As above.
struct Conversion {
  bool accept_any_date = false;
  bool blanks_as_null = false;
  bool empty_as_null = false;
  bool round_decimals = false;
  bool trim_blanks = false;
  bool truncate_columns = false;
  std::optional<char> replacement;  ///< ACCEPTINVCHARS: for each byte that is no UTF-8
  std::string date_format;          ///< empty: YYYY-MM-DD
  std::string time_format;          ///< empty: YYYY-MM-DD HH:MI:SS
};

}  // namespace sparkify::field
