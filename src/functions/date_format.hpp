#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sparkify::functions {

/// A piece of a Redshift date format such as `YYYY-MM-DD "at" HH24:MI`.
struct FormatPart {
  std::string strftime;    ///< for strftime and strptime; empty when only `expression` can say it
  std::string expression;  ///< SQL where `@` stands for the value; empty: strftime says it all
};

struct DateFormat {
  std::vector<FormatPart> parts;
  std::string unknown;  ///< an element that has no translation; empty: all are known
};

/// Translates the elements of to_char, to_date and to_timestamp. Neighbouring strftime parts are
/// one. Source: "Datetime format strings" of Redshift's SQL reference.
DateFormat parse_date_format(std::string_view format);

}  // namespace sparkify::functions
