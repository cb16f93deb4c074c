#include "report/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "sql/files.hpp"

namespace sparkify::report {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::array<std::string_view, 4> known_parameters = {"from", "to", "level", "top"};
constexpr std::string_view first_day = "0001-01-01", last_day = "9999-12-30";
constexpr std::int64_t default_top = 20;

Error broken(std::string_view path, std::string_view what) {
  return Error(ErrorKind::internal, fmt::format("{}: {}", path, what));
}

/// A report as far as it has been read.
class Parser {
 public:
  Parser(std::string_view path, std::string_view text) : path_(path), text_(text) {}

  Report parse() {
    std::string_view name = path_.substr(path_.rfind('/') + 1);
    report_.name = name.substr(0, name.rfind('.'));
    std::string_view rest = text_;
    while (rest.starts_with("-- ")) {
      std::size_t end = std::min(rest.find('\n'), rest.size());
      line(rest.substr(3, end - 3));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    for (auto& [key, value] : values_) set(key, std::move(value));
    expect_all();
    auto statements = sql::split(text_, path_);
    if (statements.size() != 1) throw broken(path_, "it must hold one statement");
    report_.statement = std::move(statements.front());
    return std::move(report_);
  }

 private:
  /// A line without its dashes: a key with its value, or more of the value before.
  void line(std::string_view text) {
    std::size_t colon = text.find(": ");
    bool is_key = !text.starts_with(' ') && colon != std::string_view::npos &&
                  (is_known(text.substr(0, colon)) || !values_.empty());
    if (is_key) {
      values_.emplace_back(text.substr(0, colon), text.substr(colon + 2));
      return;
    }
    std::string& value = values_.empty() ? report_.definition : values_.back().second;
    if (!values_.empty() && !text.starts_with("  ")) {
      throw broken(path_, fmt::format("no key: {}", text));
    }
    if (!value.empty()) value += ' ';
    value += base::trim(text);
  }

  static bool is_known(std::string_view key) {
    return key == "metric" || key == "title" || key == "unit" || key == "grain" ||
           key == "caveat" || key == "shape" || key == "parameters" || key == "keys" ||
           key == "order" || key.starts_with("column ") || key.starts_with("rows ");
  }

  void set(const std::string& key, std::string value) {
    constexpr std::string_view column = "column ", rows = "rows ";
    if (!is_known(key)) throw broken(path_, fmt::format("unknown key \"{}\"", key));
    if (key.starts_with(column)) {
      if (has_column(key.substr(column.size()))) throw broken(path_, key + " is said twice");
      report_.columns.push_back({key.substr(column.size()), std::move(value)});
    } else if (key.starts_with(rows)) {
      set_rows(key.substr(rows.size()), value);
    } else if (key == "keys") {
      set_keys(value);
    } else if (key == "parameters") {
      for (std::string_view word : base::split_words(value)) {
        if (word.ends_with(',')) word.remove_suffix(1);
        if (std::find(known_parameters.begin(), known_parameters.end(), word) ==
            known_parameters.end()) {
          throw broken(path_, fmt::format("unknown parameter \"{}\"", word));
        }
        report_.parameters.emplace_back(word);
      }
    } else {
      std::string& text = text_of(key);
      if (!text.empty()) throw broken(path_, fmt::format("{} is said twice", key));
      text = std::move(value);
    }
  }

  /// `listeners days=7 page='Roll Advert'`: a file of sql/report/rows, and values of its keys.
  void set_rows(std::string column, std::string_view text) {
    Drill drill{std::move(column), std::string(text.substr(0, text.find(' '))), {}};
    text.remove_prefix(drill.query.size());
    while (!(text = base::trim(text)).empty()) {
      std::size_t equals = text.find('=');
      if (equals > text.find(' ') || equals == std::string_view::npos) {
        throw broken(path_, fmt::format("no NAME=VALUE: {}", text));
      }
      std::string name(text.substr(0, equals));
      text.remove_prefix(equals + 1);
      bool is_quoted = text.starts_with('\'');
      if (is_quoted) text.remove_prefix(1);
      std::size_t end = std::min(text.find(is_quoted ? '\'' : ' '), text.size());
      drill.values[name] = fixed_value(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    report_.drills.push_back(std::move(drill));
  }

  static sql::Value fixed_value(std::string_view text) {
    bool is_number = !text.empty() && std::all_of(text.begin(), text.end(), base::is_digit);
    if (is_number) return std::int64_t{std::stoll(std::string(text))};
    return std::string(text);
  }

  /// `weekday number, page text`.
  void set_keys(std::string_view text) {
    for (std::string_view rest = text; !rest.empty();) {
      std::size_t end = std::min(rest.find(','), rest.size());
      auto words = base::split_words(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (words.size() != 2) throw broken(path_, fmt::format("no names and kinds: {}", text));
      report_.keys.push_back({std::string(words[0]), kind_of(words[1])});
    }
  }

  KeyKind kind_of(std::string_view word) const {
    if (word == "text") return KeyKind::text;
    if (word == "number") return KeyKind::number;
    if (word == "date") return KeyKind::day;
    throw broken(path_, fmt::format("unknown kind \"{}\"", word));
  }

  std::string& text_of(std::string_view key) {
    if (key == "metric") return report_.metric;
    if (key == "title") return report_.title;
    if (key == "unit") return report_.unit;
    if (key == "grain") return report_.grain;
    if (key == "caveat") return report_.caveat;
    if (key == "order") return report_.order;
    return report_.shape;
  }

  void expect_all() const {
    if (report_.definition.empty()) throw broken(path_, "no definition");
    if (report_.title.empty()) throw broken(path_, "no title");
    if (report_.unit.empty()) throw broken(path_, "no unit");
    if (report_.grain.empty()) throw broken(path_, "no grain");
    if (report_.columns.empty()) throw broken(path_, "no columns");
    if (!report_.shape.empty() && !has_column(report_.shape)) {
      throw broken(path_, "the shape is no column");
    }
    for (const Drill& each : report_.drills) {
      if (!has_column(each.column)) {
        throw broken(path_, fmt::format("rows of \"{}\", which is no column", each.column));
      }
    }
  }

  bool has_column(std::string_view name) const {
    return std::any_of(report_.columns.begin(), report_.columns.end(),
                       [&](const Column& column) { return column.name == name; });
  }

  std::string_view path_, text_;
  Report report_;
  std::vector<std::pair<std::string, std::string>> values_;  ///< by key, in their order
};

std::vector<Report> read_folder(std::string_view folder) {
  std::vector<Report> all;
  for (const sql::File& file : sql::files()) {
    if (file.folder() == folder) all.push_back(parse(file.path, file.text));
  }
  return all;
}

std::vector<Report> read_all() {
  std::vector<Report> all = read_folder("report");
  std::sort(all.begin(), all.end(), [](const Report& left, const Report& right) {
    auto key = [](const Report& report) {
      return std::tuple(report.metric.empty(), std::string_view(report.metric),
                        std::string_view(report.name));
    };
    return key(left) < key(right);
  });
  return all;
}

void check_day(std::string_view flag, std::string_view text) {
  if (is_day(text)) return;
  throw Error(ErrorKind::usage, fmt::format("\"{}\" of --{} is no day", text, flag))
      .hint("write it as 2018-11-30");
}

void expect_taken(const Report& report, std::string_view parameter, bool is_given) {
  if (!is_given || report.takes(parameter)) return;
  Error error(ErrorKind::usage, fmt::format("{} takes no --{}", report.name, parameter));
  if (report.parameters.empty()) throw error;
  std::string taken;
  for (const std::string& each : report.parameters) taken += " --" + each;
  throw error.hint(fmt::format("it takes{}", taken));
}

void check_filter(const Report& report, const Filter& filter) {
  expect_taken(report, "from", filter.from.has_value());
  expect_taken(report, "to", filter.to.has_value());
  expect_taken(report, "level", filter.level.has_value());
  expect_taken(report, "top", filter.top.has_value());
  if (filter.from) check_day("from", *filter.from);
  if (filter.to) check_day("to", *filter.to);
  if (filter.from && filter.to && *filter.to < *filter.from) {
    throw Error(ErrorKind::usage,
                fmt::format("the period ends before it begins: {} to {}", *filter.from, *filter.to))
        .hint("--to is its last day");
  }
  if (filter.level && *filter.level != "free" && *filter.level != "paid") {
    throw Error(ErrorKind::usage, fmt::format("unknown level \"{}\"", *filter.level))
        .hint("levels are free and paid");
  }
  if (filter.top && *filter.top < 1) {
    throw Error(ErrorKind::usage, "--top must be 1 at least");
  }
}

}  // namespace

bool Report::takes(std::string_view parameter) const {
  return std::find(parameters.begin(), parameters.end(), parameter) != parameters.end();
}

Report parse(std::string_view path, std::string_view text) { return Parser(path, text).parse(); }

std::span<const Report> reports() {
  static const std::vector<Report> all = read_all();
  return all;
}

const Report& report(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Report& each : reports()) {
    if (each.name == name) return each;
    names.push_back(each.name);
  }
  throw Error(ErrorKind::usage, fmt::format("unknown report \"{}\"", name))
      .hint(base::did_you_mean(name, names));
}

const Report& rows_query(std::string_view name) {
  static const std::vector<Report> all = read_folder("report/rows");
  for (const Report& each : all) {
    if (each.name == name) return each;
  }
  throw broken(fmt::format("sql/report/rows/{}.sql", name), "there is no such file");
}

bool is_day(std::string_view text) {
  int year = 0;
  unsigned month = 0, day = 0;
  auto number = [&](std::size_t from, std::size_t size, auto& value) {
    const char* end = text.data() + from + size;
    return std::from_chars(text.data() + from, end, value).ptr == end;
  };
  bool is_written =
      text.size() == 10 && text[4] == '-' && text[7] == '-' &&
      std::all_of(text.begin(), text.end(), [](char c) { return base::is_digit(c) || c == '-'; }) &&
      number(0, 4, year) && number(5, 2, month) && number(8, 2, day);
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                   std::chrono::day(day)};
  return is_written && date.ok() && year > 0 && text <= last_day;
}

Filter part_for(const Report& report, Filter filter) {
  if (!report.takes("from")) filter.from.reset();
  if (!report.takes("to")) filter.to.reset();
  if (!report.takes("level")) filter.level.reset();
  if (!report.takes("top")) filter.top.reset();
  return filter;
}

sql::Parameters parameters_of(const Report& report, const Filter& filter) {
  check_filter(report, filter);
  sql::Parameters parameters;
  if (report.takes("from")) parameters["from"] = filter.from.value_or(std::string(first_day));
  if (report.takes("to")) parameters["to"] = filter.to.value_or(std::string(last_day));
  if (report.takes("level")) parameters["level"] = filter.level.value_or("all");
  if (report.takes("top")) parameters["top"] = filter.top.value_or(default_top);
  return parameters;
}

std::unique_ptr<warehouse::Rows> run(warehouse::Warehouse& warehouse, const Report& report,
                                     const Filter& filter) {
  return warehouse.query(report.statement, parameters_of(report, filter));
}

}  // namespace sparkify::report
