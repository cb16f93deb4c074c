#include "editor/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "format/json.hpp"
#include "sql/lexer.hpp"

namespace sparkify::editor {
namespace {

/// Rows that are asked for at a time: between two times, the budget is looked at.
constexpr std::uint32_t rows_at_a_time = 10'000;
constexpr std::size_t line_bytes = 64 << 10;
constexpr std::string_view explain = "explain ";

std::string text_or_null(const std::string& text) {
  return text.empty() ? "null" : format::json_text(text);
}

std::string_view word_of(format::ValueKind kind) {
  return kind == format::ValueKind::number    ? "number"
         : kind == format::ValueKind::boolean ? "boolean"
                                              : "text";
}

bool is_explained(std::string_view statement) {
  auto tokens = sql::lex(statement, sql::Literals::escaped);
  auto first = std::find_if(tokens.begin(), tokens.end(),
                            [](const sql::Token& token) { return token.is_significant(); });
  return first != tokens.end() && first->is_word("explain");
}

}  // namespace

Run::Run(std::string_view text, Budget budget, Output output, Wanted wanted)
    : text_(text), budget_(budget), output_(std::move(output)), wanted_(wanted) {
  try {
    parts_ = parts_of(text_);
  } catch (const base::Error& error) {
    has_failed_ = true;
    output_(
        fmt::format("{{\"failed\": {{\"message\": {}, \"detail\": null, \"hint\": {}, "
                    "\"state\": \"42601\", \"at\": {}}}, \"seconds\": 0}}\n",
                    format::json_text(error.message()), text_or_null(error.hint_text()),
                    place_of(error, text_)));
  }
}

std::optional<Run::Clock::time_point> Run::running_since() const {
  Clock::rep since = running_since_;
  if (since == 0) return std::nullopt;
  return Clock::time_point(Clock::duration(since));
}

void Run::finish() { output_("{\"end\": true}\n"); }

std::optional<std::string> Run::next() {
  if (has_failed_ || next_ == parts_.size()) return std::nullopt;
  const Part& part = parts_[next_];
  output_(fmt::format("{{\"statement\": {}, \"from\": {}, \"to\": {}, \"of\": {}}}\n", next_,
                      part.begin, part.end, parts_.size()));
  ++next_;
  row_count_ = 0;
  has_dropped_ = false;
  begun_ = Clock::now();
  running_since_ = begun_.time_since_epoch().count();
  lead_ = wanted_ == Wanted::plans && !is_explained(part.text) ? explain : "";
  return std::string(lead_) + part.text;
}

std::uint32_t Run::wanted_rows() {
  return budget_.bytes == 0 ? 0 : std::min(budget_.rows, rows_at_a_time);
}

void Run::columns(const std::vector<ResultColumn>& columns) {
  std::string list;
  for (const ResultColumn& each : columns) {
    list += fmt::format("{}{{\"name\": {}, \"kind\": \"{}\", \"type\": {}}}",
                        list.empty() ? "" : ", ", format::json_text(each.column.name),
                        word_of(each.column.kind), text_or_null(each.redshift_type));
  }
  output_(fmt::format("{{\"columns\": [{}]}}\n", list));
}

void Run::row(format::Row values) {
  if (budget_.bytes == 0) {
    has_dropped_ = true;
    return;
  }
  rows_ += rows_.empty() ? "{\"rows\": [[" : ",[";
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) rows_ += ',';
    rows_ += values[i] ? format::json_text(*values[i]) : "null";
    bytes += values[i] ? values[i]->size() : 0;
  }
  rows_ += ']';
  ++row_count_;
  if (budget_.rows > 0) --budget_.rows;
  budget_.bytes -= std::min(budget_.bytes, bytes);
  if (rows_.size() >= line_bytes) send_rows();
}

void Run::send_rows() {
  if (rows_.empty()) return;
  output_(rows_ + "]}\n");
  rows_.clear();
}

double Run::seconds() const { return std::chrono::duration<double>(Clock::now() - begun_).count(); }

void Run::notice(const std::string& text) {
  output_(fmt::format("{{\"notice\": {}}}\n", format::json_text(text)));
}

void Run::done(const std::string& tag, bool has_more) {
  running_since_ = 0;
  send_rows();
  output_(fmt::format("{{\"done\": {}, \"rows\": {}, \"more\": {}, \"seconds\": {:.6f}}}\n",
                      format::json_text(tag), row_count_, has_more || has_dropped_, seconds()));
}

void Run::failed(const Failure& failure) {
  running_since_ = 0;
  has_failed_ = true;
  send_rows();
  // Whoever reads this is at the page, and whoever may change it has started the server.
  bool is_refused_write = failure.sql_state == "25006";
  std::string hint =
      is_refused_write ? "sparkify serve --web-writable lets this page write" : failure.hint;
  bool is_placed = failure.position > lead_.size() && next_ > 0;
  std::string at = is_placed
                       ? std::to_string(parts_[next_ - 1].place_of(failure.position - lead_.size()))
                       : "null";
  output_(
      fmt::format("{{\"failed\": {{\"message\": {}, \"detail\": {}, \"hint\": {}, "
                  "\"state\": {}, \"at\": {}}}, \"seconds\": {:.6f}}}\n",
                  format::json_text(failure.message), text_or_null(failure.detail),
                  text_or_null(hint), text_or_null(failure.sql_state), at, seconds()));
}

}  // namespace sparkify::editor
