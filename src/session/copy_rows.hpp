#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pgwire/output.hpp"
#include "session/portal.hpp"
#include "transfer/cursor.hpp"
#include "transfer/stdio.hpp"

namespace sparkify::session {

/// Rows as COPY TO STDOUT sends them: text or CSV, one CopyData for each.
class CopyRows {
 public:
  /// Borrows what it is given. Throws sql with place: a column of FORCE_QUOTE that is none.
  CopyRows(const transfer::StdioStatement& stdio, const transfer::Cursor& places,
           const std::vector<pgwire::Field>& fields);

  void send_header(pgwire::Output& output);
  /// Row `row` of the portal's chunk.
  void send(const Portal& rows, std::size_t row, pgwire::Output& output);

 private:
  void append(std::string_view value, bool must_quote);
  void append_text(std::string_view value);
  void append_csv(std::string_view value, bool must_quote);
  void send_line(pgwire::Output& output);

  const field::StreamLayout& layout_;
  const std::vector<pgwire::Field>& fields_;
  std::vector<bool> must_quote_;  ///< by column
  std::string line_, value_;
};

}  // namespace sparkify::session
