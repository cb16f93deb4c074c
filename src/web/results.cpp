#include "web/results.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "format/json.hpp"
#include "format/writer.hpp"
#include "report/output.hpp"

namespace sparkify::web {
namespace {

std::string head_of(const std::vector<format::Column>& columns, std::string_view members) {
  std::string text = fmt::format("{{{}\"columns\": [", members);
  for (const format::Column& column : columns) {
    const char* kind = column.kind == format::ValueKind::number    ? "number"
                       : column.kind == format::ValueKind::boolean ? "boolean"
                                                                   : "text";
    text += fmt::format("{}{{\"name\": {}, \"kind\": \"{}\"}}", text.ends_with('[') ? "" : ", ",
                        format::json_text(column.name), kind);
  }
  return text + "], \"rows\": [";
}

std::string value_of(const std::optional<std::string_view>& value, format::ValueKind kind) {
  if (!value) return "null";
  if (kind == format::ValueKind::text) return format::json_text(*value);
  if (kind == format::ValueKind::number && !format::is_json_number(*value)) return "null";
  return std::string(*value);
}

}  // namespace

bool write_json(warehouse::Rows& rows, bool has_row, std::string_view members,
                std::uint64_t most_rows, const Piece& piece) {
  std::vector<format::Column> columns = report::columns_of(rows);
  piece(head_of(columns, members));
  std::uint64_t count = 0;
  for (; has_row && count < most_rows; has_row = rows.next(), ++count) {
    std::string line = count == 0 ? "[" : ", [";
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) line += ", ";
      line += value_of(rows.row()[i], columns[i].kind);
    }
    piece(line + ']');
  }
  piece("]}\n");
  return has_row;
}

void answer_json(Question& question, warehouse::Rows& rows, std::string_view members,
                 AnswerCache::Draft* draft) {
  bool has_row = rows.next();
  Exchange& exchange = question.begin(json_response(200, ""));
  write_json(rows, has_row, members, UINT64_MAX, [&](std::string_view text) {
    exchange.piece(text);
    if (draft != nullptr) draft->add(text);
  });
  exchange.end();
}

void answer_csv(Question& question, warehouse::Rows& rows, std::string_view name) {
  bool has_row = rows.next();
  std::vector<format::Column> columns = report::columns_of(rows);
  Response head = file_head("text/csv; charset=utf-8", fmt::format("{}.csv", name));
  Exchange& exchange = question.begin(head);
  auto writer = format::make_writer("csv", [&](std::string_view text) { exchange.piece(text); });
  writer->begin(std::move(columns));
  for (; has_row; has_row = rows.next()) writer->row(rows.row());
  writer->end();
  exchange.end();
}

}  // namespace sparkify::web
