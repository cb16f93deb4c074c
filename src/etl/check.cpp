#include "etl/check.hpp"

#include <fmt/format.h>

#include <map>
#include <string_view>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "etl/schema.hpp"
#include "sql/files.hpp"
#include "warehouse/query.hpp"

namespace sparkify::etl {
namespace {

using base::Error;
using base::ErrorKind;
using Json = base::SortedJson;

constexpr std::int64_t truth_format = 1;

using Counts = std::map<std::string, std::int64_t>;  // byte order

/// A value as messages show it; of what may be long or deep only the kind.
std::string shown(const Json& value) {
  return value.is_structured() ? fmt::format("an {}", value.type_name()) : value.dump();
}

/// An answer key as its file holds it.
class TruthFile {
 public:
  TruthFile(std::string_view text, const std::string& path)
      : path_(path), json_(base::parse_sorted_json(text, path)) {
    const Json& format = member("format");
    if (format != truth_format) {
      throw error(fmt::format("\"format\" is {}, not {}", shown(format), truth_format))
          .hint("another version of sparkify wrote this file");
    }
    if (!sections().is_object() || sections().empty()) {
      throw error("\"warehouse\" is no object with sections");
    }
  }

  const Json& sections() const { return member("warehouse"); }

  /// The file of sql/truth that answers a section.
  const sql::File& question(const std::string& section) const {
    std::vector<std::string_view> names;
    for (const sql::File* file : sql::ordered("truth")) {
      if (file->name() == section) return *file;
      names.push_back(file->name());
    }
    throw error(fmt::format("nothing is known of a section \"{}\"", section))
        .hint(base::did_you_mean(section, names));
  }

  Counts counts(const std::string& section, const Json& lines) const {
    if (!lines.is_object()) throw error(fmt::format("section \"{}\" is no object", section));
    Counts counts;
    for (const auto& [key, value] : lines.items()) {
      // A count beyond the signed range comes out negative.
      auto count = value.is_number_integer() ? value.get<std::int64_t>() : -1;
      if (count < 0) {
        throw error(fmt::format("{}: \"{}\" is {}, which is no count", section, key, shown(value)));
      }
      counts[key] = count;
    }
    return counts;
  }

 private:
  const Json& member(const char* name) const {
    if (!json_.is_object()) throw error("an object is expected, the answer key");
    auto found = json_.find(name);
    if (found == json_.end()) throw error(fmt::format("there is no \"{}\" in it", name));
    return *found;
  }

  Error error(const std::string& message) const {
    return Error(ErrorKind::config, message).at({path_, 0, 0, ""});
  }

  std::string path_;
  Json json_;
};

Counts counts_of(warehouse::Warehouse& warehouse, const sql::File& question) {
  Counts counts;
  for (const auto& row : rows_of(warehouse, sql::split(question.text, question.path).at(0))) {
    counts[row.at(0).value()] = std::stoll(row.at(1).value());
  }
  return counts;
}

TruthSection compare(const std::string& name, const Counts& expected, const Counts& found) {
  std::map<std::string, TruthLine> lines;
  for (const auto& [key, count] : expected) lines[key].expected_count = count;
  for (const auto& [key, count] : found) lines[key].found_count = count;
  TruthSection section{name, {}, 0};
  for (auto& [key, line] : lines) {
    line.key = key;
    if (!line.is_ok()) ++section.difference_count;
    section.lines.push_back(std::move(line));
  }
  return section;
}

}  // namespace

std::vector<CheckResult> check(warehouse::Warehouse& warehouse) {
  require_schema(warehouse);
  std::vector<CheckResult> results;
  for (const sql::File* file : sql::ordered("check")) {
    CheckResult result;
    result.name = file->name();
    result.purpose = sql::header(file->text).purpose;
    auto rows = warehouse.query(sql::split(file->text, file->path).at(0));
    for (const auto& column : rows->columns()) result.columns.push_back(column.name);
    while (rows->next()) {
      if (++result.violation_count > static_cast<std::int64_t>(max_violations)) continue;
      auto& violation = result.violations.emplace_back();
      for (const auto& value : rows->row()) {
        violation.push_back(value ? std::optional<std::string>(*value) : std::nullopt);
      }
    }
    results.push_back(std::move(result));
  }
  return results;
}

std::vector<TruthSection> check_truth(warehouse::Warehouse& warehouse, std::string_view text,
                                      const std::string& file) {
  TruthFile truth(text, file);
  struct Comparison {
    std::string section;
    const sql::File* question = nullptr;
    Counts expected;
  };
  // What is wrong with the file is said before the first query.
  std::vector<Comparison> comparisons;
  for (const auto& [section, lines] : truth.sections().items()) {
    comparisons.push_back({section, &truth.question(section), truth.counts(section, lines)});
  }
  require_schema(warehouse);
  std::vector<TruthSection> sections;
  for (const auto& [section, question, expected] : comparisons) {
    sections.push_back(compare(section, expected, counts_of(warehouse, *question)));
  }
  return sections;
}

}  // namespace sparkify::etl
