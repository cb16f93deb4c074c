#include "web/report_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <set>
#include <utility>

#include "base/compress.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "format/json.hpp"
#include "report/output.hpp"
#include "web/files.hpp"
#include "web/reports.hpp"

namespace sparkify::web {
namespace {

std::string embedded(std::string_view path) {
  for (const File& file : report_files()) {
    if (file.path == path) return base::decompress_gzip(file.text);
  }
  throw base::Error(base::ErrorKind::internal, fmt::format("there is no {}", path));
}

/// JSON has this character in texts only, and there it may be written so. Without it nothing ends
/// the script element that the JSON lies in.
std::string harmless(std::string_view json) {
  std::string text;
  for (char byte : json) {
    if (byte == '<') {
      text += "\\u003c";
    } else {
      text += byte;
    }
  }
  return text;
}

std::string day_of(std::int64_t time_ms) {
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(time_ms / 1000)));
}

/// As web/src/state.ts has it: as long, and ends the day before; nothing without both ends.
std::optional<report::Filter> period_before(const report::Filter& filter) {
  if (!filter.from || !filter.to) return std::nullopt;
  auto from = base::parse_time_ms(*filter.from), to = base::parse_time_ms(*filter.to);
  if (!from || !to) return std::nullopt;
  std::int64_t before_from = *from - (*to - *from) - base::day_ms;
  if (before_from < base::parse_time_ms("0001-01-01")) return std::nullopt;
  report::Filter before = filter;
  before.from = day_of(before_from);
  before.to = day_of(*from - base::day_ms);
  return before;
}

report::Filter of_all_time(report::Filter filter) {
  filter.from.reset();
  filter.to.reset();
  return filter;
}

/// What the app asks a server for: `active_users?from=2018-11-01&level=paid`.
std::string key_of(const report::Report& report, const report::Filter& filter) {
  std::string key = report.name;
  auto add = [&](std::string_view name, const std::optional<std::string>& value) {
    if (!value) return;
    key += fmt::format("{}{}={}", key.find('?') == std::string::npos ? '?' : '&', name, *value);
  };
  add("from", filter.from);
  add("to", filter.to);
  add("level", filter.level);
  return key;
}

/// The file in the making.
class ReportFile {
 public:
  ReportFile(warehouse::Warehouse& warehouse, const ReportFileOptions& options, const Piece& piece)
      : warehouse_(warehouse), options_(options), piece_(piece) {}

  void write() {
    constexpr std::string_view place = "@contents@";
    std::string page = embedded("report.html.gz");
    std::size_t at = page.find(place);
    piece_(std::string_view(page).substr(0, at));
    head();
    put("\"answers\": {");
    answers();
    put("},\n\"cut\": [");
    for (const std::string& name : cut_) {
      put(fmt::format("{}{}", name == *cut_.begin() ? "" : ", ", format::json_text(name)));
    }
    put("]}");
    piece_(std::string_view(page).substr(at + place.size()));
  }

 private:
  void put(std::string_view json) { piece_(harmless(json)); }

  void member(std::string_view name, const std::optional<std::string>& value) {
    put(fmt::format("\"{}\": {},\n", name, value ? format::json_text(*value) : "null"));
  }

  void head() {
    Days days = days_of(warehouse_);
    std::time_t now = std::time(nullptr);
    put("{");
    member("version", SPARKIFY_VERSION);
    member("warehouse", options_.warehouse);
    member("made_at", fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(now)));
    member("first_day", days.first);
    member("last_day", days.last);
    member("from", options_.filter.from.value_or(""));
    member("to", options_.filter.to.value_or(""));
    member("level", options_.filter.level.value_or(""));
    put(fmt::format("\"reports\": {},\n", base::trim(report::listing())));
  }

  /// questions.txt has a line for each card: its report, and whether it is asked for all time.
  void answers() {
    std::string questions = embedded("questions.txt.gz");
    std::string_view rest = questions;
    while (!rest.empty()) {
      auto words = base::split_words(rest.substr(0, rest.find('\n')));
      rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
      if (words.empty()) continue;
      const report::Report& report = report::report(words.front());
      report::Filter filter = words.size() > 1 ? of_all_time(options_.filter) : options_.filter;
      answer(report, filter);
      if (auto before = period_before(filter); before && report.takes("from")) {
        answer(report, *before);
      }
    }
  }

  void answer(const report::Report& report, const report::Filter& wanted) {
    report::Filter filter = report::part_for(report, wanted);
    std::string key = key_of(report, filter);
    if (!answered_.insert(key).second) return;
    put(fmt::format("{}{}: ", answered_.size() == 1 ? "" : ",\n", format::json_text(key)));
    auto rows = report::run(warehouse_, report, filter);
    bool has_row = rows->next();
    bool has_more = write_json(*rows, has_row, "", options_.most_rows,
                               [this](std::string_view text) { put(text); });
    if (has_more) cut_.insert(report.name);
  }

  warehouse::Warehouse& warehouse_;
  const ReportFileOptions& options_;
  const Piece& piece_;
  std::set<std::string> answered_, cut_;
};

}  // namespace

void write_report_file(warehouse::Warehouse& warehouse, const ReportFileOptions& options,
                       const Piece& piece) {
  ReportFile(warehouse, options, piece).write();
}

}  // namespace sparkify::web
