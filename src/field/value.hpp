#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "field/column.hpp"
#include "field/datetime.hpp"
#include "field/layout.hpp"

namespace sparkify::field {

__extension__ using Int128 = __int128;

/// One field of a record as the file has it. Borrows the record.
struct Field {
  enum class Kind : std::uint8_t {
    null,       ///< no value: NULL AS, JSON's null, a key that is absent
    text,       ///< what stands between delimiters or in a JSON string, escapes resolved
    number,     ///< a JSON number
    boolean,    ///< JSON's true or false
    nested,     ///< a JSON object or list; for SUPER any JSON value: its text
    no_list,    ///< a JSON path led to a value that is no list, or too short
    no_object,  ///< a JSON path led to a value that is no object
    nul_byte,   ///< a JSON string with U+0000
    surrogate,  ///< a JSON string with half a surrogate pair
  };
  std::string_view text;
  std::size_t position = 0;  ///< of its first byte in the line
  Kind kind = Kind::null;
};

/// A value by its column's type.
struct Cell {
  /// boolean, int2, int4, int8; date: days, others: microseconds, since 1970 (time: since midnight)
  std::int64_t whole = 0;
  double real = 0;        ///< float4 (to be narrowed: it is exact), float8
  Int128 decimal = 0;     ///< numeric, times 10^scale
  std::string_view text;  ///< varchar, character, super, varbyte (its bytes); see Converter
  std::int32_t offset_seconds = 0;  ///< timetz
  bool is_null = false;
};

/// Why a value, or a record, was refused: code and words as Redshift's stl_load_errors has them.
struct Fault {
  int code = 0;
  std::string reason;
};

/// Turns fields into values by Redshift's rules.
/// Source: "Data conversion parameters", "Load error reference" and "Multibyte character load
/// errors" of its documentation; wording of reasons as users quote them.
/// Memory: the longest value. Threads: one each.
class Converter {
 public:
  /// Borrows `conversion`.
  explicit Converter(const Conversion& conversion)
      : conversion_(conversion),
        date_pattern_(conversion.date_format),
        time_pattern_(conversion.time_format) {}

  /// False when the field is refused; then `fault` says why. The cell's text lives as long as the
  /// field's and until the next call.
  bool convert(const Field& field, const Column& column, Cell& cell, Fault& fault);
  /// Whether bytes were replaced (ACCEPTINVCHARS) since this was last asked.
  bool has_replaced() { return std::exchange(has_replaced_, false); }

 private:
  bool convert_text(std::string_view text, const Column& column, Cell& cell, Fault& fault);
  bool convert_value(const Field& field, const Column& column, Cell& cell, Fault& fault);
  bool convert_super(const Field& field, const Column& column, Cell& cell, Fault& fault);
  bool convert_bytes(std::string_view text, const Column& column, Cell& cell, Fault& fault);
  bool convert_date(std::string_view text, Cell& cell, Fault& fault) const;
  bool convert_timestamp(std::string_view text, bool has_zone, Cell& cell, Fault& fault) const;
  bool make_valid(std::string_view& text, Fault& fault);
  bool fit(std::string_view& text, const Column& column, Fault& fault) const;

  const Conversion& conversion_;
  TimePattern date_pattern_, time_pattern_;
  std::string scratch_;
  bool has_replaced_ = false;
};

/// The fault of a column that is NOT NULL and got none.
Fault missing_value();

}  // namespace sparkify::field
