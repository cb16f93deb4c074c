#include "etl/rejects.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "event/json.hpp"

namespace sparkify::etl {
namespace {

std::string subject(const event::Reject& reject) {
  std::string text(event::describe(reject.reason));
  return reject.column_name.empty() ? text : fmt::format("column {}: {}", reject.column_name, text);
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  auto add_escaped = [&](char byte) {
    text += fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
  };
  while (!bytes.empty()) {
    std::size_t valid = event::find_invalid_utf8(bytes).value_or(bytes.size());
    for (char byte : bytes.substr(0, valid)) {
      if (byte == '\0') {
        add_escaped(byte);
      } else {
        text += byte;
      }
    }
    bytes.remove_prefix(valid);
    if (bytes.empty()) break;
    add_escaped(bytes[0]);
    bytes.remove_prefix(1);
  }
  return text;
}

void Rejects::add(std::vector<warehouse::FileReject> rejects, bool stopped_early) {
  std::move(rejects.begin(), rejects.end(), std::back_inserter(rejects_));
  stopped_early_ |= stopped_early;
}

std::vector<std::vector<sql::Value>> Rejects::rows(std::int64_t load_id) const {
  std::vector<std::vector<sql::Value>> rows;
  for (const auto& [file_id, reject] : rejects_) {
    sql::Value column = std::monostate{};
    if (!reject.column_name.empty()) column = std::string(reject.column_name);
    rows.push_back({load_id, paths_.at(file_id), static_cast<std::int64_t>(reject.line),
                    static_cast<std::int64_t>(reject.column),
                    std::string(event::code(reject.reason)), column, printable(reject.raw),
                    static_cast<std::int64_t>(reject.raw_bytes)});
  }
  return rows;
}

base::Error Rejects::error(std::uint64_t rows_read, std::uint64_t allowed) const {
  std::map<std::string_view, std::uint64_t> by_reason;
  for (const auto& each : rejects_) ++by_reason[event::code(each.reject.reason)];
  std::string counts;
  for (const auto& [reason, count] : by_reason) {
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", reason, count);
  }
  const auto& [file_id, first] = rejects_.front();
  std::string of = stopped_early_ ? std::string("at least ") : std::string();
  std::string total = stopped_early_ ? "" : fmt::format(" of {}", rows_read);
  return base::Error(base::ErrorKind::too_many_rejects,
                     fmt::format("{}; refused {}{}{} records ({}), {} allowed", subject(first), of,
                                 count(), total, counts, allowed))
      .at({paths_.at(file_id), first.line, first.column, first.raw})
      .hint(stopped_early_
                ? "reading stopped; what was refused so far is kept in etl_rejects"
                : fmt::format("they are kept in etl_rejects; --max-rejects {} loads the others",
                              count()));
}

}  // namespace sparkify::etl
