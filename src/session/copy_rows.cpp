#include "session/copy_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "session/values.hpp"

namespace sparkify::session {

CopyRows::CopyRows(const transfer::StdioStatement& stdio, const transfer::Cursor& places,
                   const std::vector<pgwire::Field>& fields)
    : layout_(stdio.layout), fields_(fields), must_quote_(fields.size(), stdio.quotes_all) {
  for (const transfer::Located& name : stdio.force_quote) {
    auto found = std::find_if(fields.begin(), fields.end(),
                              [&](const pgwire::Field& each) { return each.name == name.text; });
    if (found == fields.end()) {
      throw places.error(name.offset, fmt::format("column \"{}\" is not copied", name.text))
          .sql_state("42703");
    }
    must_quote_[static_cast<std::size_t>(found - fields.begin())] = true;
  }
}

void CopyRows::send_header(pgwire::Output& output) {
  line_.clear();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (i > 0) line_ += layout_.delimiter;
    append(fields_[i].name, false);
  }
  send_line(output);
}

void CopyRows::send(const Portal& rows, std::size_t row, pgwire::Output& output) {
  line_.clear();
  const auto& vectors = rows.vectors();
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    if (i > 0) line_ += layout_.delimiter;
    if (vectors[i].is_null(row)) {
      line_ += layout_.null_as;
      continue;
    }
    value_.clear();
    session::append_text(vectors[i], row, rows.columns()[i].type, value_);
    append(value_, must_quote_[i]);
  }
  send_line(output);
}

void CopyRows::send_line(pgwire::Output& output) {
  line_ += '\n';
  output.begin('d');
  output.put_bytes(line_);
  output.end();
  output.flush_full();
}

void CopyRows::append(std::string_view value, bool must_quote) {
  if (layout_.is_csv) {
    append_csv(value, must_quote);
  } else {
    append_text(value);
  }
}

void CopyRows::append_text(std::string_view value) {
  constexpr std::string_view meanings = "\b\f\n\r\t\v\\", letters = "bfnrtv\\";
  for (char c : value) {
    std::size_t letter = meanings.find(c);
    bool is_marked = letter != std::string_view::npos || c == layout_.delimiter;
    if (is_marked) line_ += '\\';
    line_ += letter != std::string_view::npos ? letters[letter] : c;
  }
}

void CopyRows::append_csv(std::string_view value, bool must_quote) {
  const char special[] = {layout_.delimiter, layout_.quote, '\r', '\n'};
  bool is_quoted = must_quote || value == layout_.null_as ||
                   value.find_first_of({special, sizeof special}) != std::string_view::npos ||
                   (value == "\\." && fields_.size() == 1);
  if (!is_quoted) {
    line_ += value;
    return;
  }
  line_ += layout_.quote;
  for (char c : value) {
    if (c == layout_.quote || c == layout_.escape) line_ += layout_.escape;
    line_ += c;
  }
  line_ += layout_.quote;
}

}  // namespace sparkify::session
