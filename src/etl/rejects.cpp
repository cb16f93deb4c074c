#include "etl/rejects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace sparkify::etl {
namespace {

/// The length of the UTF-8 sequence that `bytes` begins with; 0 when it begins with none.
std::size_t sequence_length(std::string_view bytes) {
  auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  unsigned char lead = at(0);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0;
  }
  bool is_overlong = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  bool is_surrogate = lead == 0xED && at(1) > 0x9F;
  bool is_too_high = lead == 0xF4 && at(1) > 0x8F;
  return is_overlong || is_surrogate || is_too_high ? 0 : length;
}

std::string subject(const event::Reject& reject) {
  std::string text(event::describe(reject.reason));
  return reject.column_name.empty() ? text : fmt::format("column {}: {}", reject.column_name, text);
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    std::size_t length = sequence_length(bytes);
    if (length > 0) {
      text += bytes.substr(0, length);
    } else {
      text += fmt::format("\\x{:02X}", static_cast<unsigned char>(bytes[0]));
    }
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
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
