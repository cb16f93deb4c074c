#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "transfer/statement.hpp"

namespace sparkify::transfer {

/// How a value of a query's result looks in a file.
enum class ValueForm {
  text,     ///< CHAR and VARCHAR
  number,   ///< bare in JSON
  real,     ///< likewise, and without a fraction of 0
  boolean,  ///< t or f; true or false in JSON
  json,     ///< SUPER
  other,    ///< dates and times
};

struct ResultColumn {
  std::string name;
  std::string type;  ///< the engine's
  ValueForm form = ValueForm::text;
};

using ResultRow = std::span<const std::optional<std::string_view>>;

/// Rows of a result as lines of a file, as UNLOAD writes them.
class RowText {
 public:
  /// Borrows both.
  RowText(const UnloadStatement& unload, const std::vector<ResultColumn>& columns)
      : unload_(unload), columns_(columns) {}

  void append_header(std::string& out) const;
  /// Throws bad_data: a value that is longer than its fixed width.
  void append(ResultRow row, std::string& out) const;

 private:
  void append_json(ResultRow row, std::string& out) const;
  void append_fixed(ResultRow row, std::string& out) const;
  void append_delimited(ResultRow row, std::string& out) const;
  void append_field(std::string_view value, bool is_text, std::string& out) const;
  std::string_view plain(std::size_t column, std::string_view value) const;

  const UnloadStatement& unload_;
  const std::vector<ResultColumn>& columns_;
};

/// The form of an engine's type.
ValueForm form_of(std::string_view type);

}  // namespace sparkify::transfer
