// Redshift's functions on dates and times.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "functions/date_format.hpp"
#include "functions/number_format.hpp"
#include "functions/rewrites.hpp"

namespace sparkify::functions {
namespace {

/// Redshift's date parts and their short forms -> DuckDB's names.
/// Source: "Date parts for date or timestamp functions" of Redshift's SQL reference.
const std::map<std::string_view, std::string_view>& units() {
  static const auto names = [] {
    constexpr auto rows = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"millennium", "millennium millennia mil mils"},
        {"century", "century centuries c cent cents"},
        {"decade", "decade decades dec decs"},
        {"year", "year years y yr yrs"},
        {"quarter", "quarter quarters qtr qtrs"},
        {"month", "month months mon mons"},
        {"week", "week weeks w"},
        {"dayofweek", "dayofweek dow dw weekday"},
        {"dayofyear", "dayofyear doy dy yearday"},
        {"day", "day days d"},
        {"hour", "hour hours h hr hrs"},
        {"minute", "minute minutes m min mins"},
        {"second", "second seconds s sec secs"},
        {"millisecond",
         "millisecond milliseconds ms msec msecs msecond mseconds millisec "
         "millisecs millisecon"},
        {"microsecond",
         "microsecond microseconds microsec microsecs usecond useconds us usec "
         "usecs"},
        {"epoch", "epoch"},
        {"timezone", "timezone"},
        {"timezone_hour", "timezone_hour"},
        {"timezone_minute", "timezone_minute"},
    });
    std::map<std::string_view, std::string_view> map;
    for (auto [unit, forms] : rows) {
      for (std::size_t at = 0; at < forms.size();) {
        std::size_t end = std::min(forms.find(' ', at), forms.size());
        map.emplace(forms.substr(at, end - at), unit);
        at = end + 1;
      }
    }
    return map;
  }();
  return names;
}

/// The date part a call begins with: a bare word or a literal. nullopt for any other expression.
/// Throws sql for a word that is none.
std::optional<std::string_view> unit_of(const Tokens& tokens, Range argument) {
  if (argument.size() != 1) return std::nullopt;
  const sql::Token& token = tokens[argument.begin];
  std::string name;
  if (token.kind == sql::TokenKind::word)
    name = lower(token.text);
  else if (auto text = tokens.text_value(argument.begin))
    name = lower(*text);
  else
    return std::nullopt;
  if (auto found = date_part_of(name)) return found;
  throw tokens.error(argument.begin, fmt::format("no date part is named \"{}\"", name))
      .hint("year, quarter, month, week, day, hour, minute, second, millisecond, ...");
}

/// A literal needs a type; Redshift takes it for a timestamp.
Pieces timestamp(const Tokens& tokens, Range argument) {
  if (argument.size() != 1 || tokens[argument.begin].kind != sql::TokenKind::text)
    return {argument};
  return {"cast(", argument, " as timestamp)"};
}

/// dateadd(month, n, x) -> (x + to_months(n))
void date_add(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 3) return;
  auto unit = unit_of(tokens, call.arguments[0]);
  if (!unit) return;
  std::string name(*unit);
  if (name == "dayofyear") name = "day";
  if (name == "dayofweek" || name == "epoch" || name.starts_with("timezone")) {
    throw tokens.error(call.arguments[0].begin, fmt::format("\"{}\" cannot be added", name));
  }
  std::string plural = name == "century"      ? "centuries"
                       : name == "millennium" ? "millennia"
                                              : name + "s";
  edits.replace(call.whole(), joined({{"("},
                                      timestamp(tokens, call.arguments[2]),
                                      {" + to_" + plural + "(", call.arguments[1], "))"}}));
}

/// Both engines count boundaries crossed, but DuckDB counts weeks as seven days each; on Redshift
/// a week begins on Sunday here.
void date_diff(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 3) return;
  auto unit = unit_of(tokens, call.arguments[0]);
  if (!unit) return;
  if (*unit == "week") {
    edits.replace(call.whole(), {"(date_diff('day', date_trunc('week', cast(", call.arguments[1],
                                 " as date) + 1), date_trunc('week', cast(", call.arguments[2],
                                 " as date) + 1)) // 7)"});
    return;
  }
  std::string name(*unit == "dayofyear" ? "day" : *unit);
  edits.replace(call.whole(), joined({{"date_diff('" + name + "', "},
                                      timestamp(tokens, call.arguments[1]),
                                      {", "},
                                      timestamp(tokens, call.arguments[2]),
                                      {")"}}));
}

/// A double on Redshift, and seconds with their fraction.
void date_part(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 2) return;
  auto unit = unit_of(tokens, call.arguments[0]);
  if (!unit) return;
  Pieces value = timestamp(tokens, call.arguments[1]);
  if (*unit == "second" || *unit == "millisecond") {
    std::string divisor = *unit == "second" ? "1000000.0" : "1000.0";
    edits.replace(call.whole(),
                  joined({{"(date_part('microsecond', "}, value, {") / " + divisor + ")"}}));
    return;
  }
  edits.replace(call.whole(),
                joined({{fmt::format("cast(date_part('{}', ", *unit)}, value, {") as double)"}}));
}

/// extract(ms from x) is without the seconds on Redshift, with them on DuckDB; the epoch is whole.
void extract(const Tokens& tokens, const Call& call, Edits& edits) {
  Range unit_range{call.name + 2, call.name + 3};
  if (!tokens.is_word(unit_range.end, "from")) return;
  auto unit = unit_of(tokens, unit_range);
  if (!unit) return;
  if (lower(tokens[unit_range.begin].text) != *unit) {
    edits.replace(unit_range, {std::string(*unit)});
  }
  if (*unit == "millisecond" || *unit == "microsecond") {
    edits.insert_before(call.name, {"("});
    edits.insert_after(call.close, {" % 1000)"});
  }
  if (*unit == "epoch") {
    edits.insert_before(call.name, {"cast(floor("});
    edits.insert_after(call.close, {") as bigint)"});
  }
}

void date_trunc(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 2) return;
  auto unit = unit_of(tokens, call.arguments[0]);
  if (!unit) return;
  auto written = tokens.text_value(call.arguments[0].begin);
  if (!written || lower(*written) != *unit) {
    edits.replace(call.arguments[0], {fmt::format("'{}'", *unit)});
  }
  Range value = call.arguments[1];
  if (value.size() == 1 && tokens[value.begin].kind == sql::TokenKind::text) {
    edits.insert_before(value.begin, {"timestamp "});
  }
}

/// getdate() has whole seconds.
void getdate(const Tokens&, const Call& call, Edits& edits) {
  if (call.arguments.empty()) edits.replace(call.whole(), {"date_trunc('second', localtimestamp)"});
}

/// What an expression is cannot be known without the tables; its look must do: a cast, a typed
/// literal, a function of time, or a column named like an instant.
bool looks_like_time(const Tokens& tokens, Range range) {
  std::size_t last = range.end - 1;
  auto is_type = [&](std::size_t i) {
    return tokens.is_any(i, {"timestamp", "timestamptz", "date"});
  };
  if (is_type(range.begin) && range.size() > 1) return true;
  if (is_type(last) || tokens.is_word(last, "sysdate")) return true;
  if (tokens.is_call(range.begin) && tokens.close(range.begin + 1) == last) {
    if (tokens.is_word(range.begin, "cast")) return looks_like_time(tokens, {last - 1, last});
    return tokens.is_any(range.begin, {"getdate", "dateadd", "date_add", "date_trunc", "to_date",
                                       "to_timestamp", "convert_timezone", "now", "add_months"});
  }
  if (tokens.end_of_name(range.begin) != range.end) return false;
  std::string name = rewrite::name_value(tokens[last]);
  if (name == "ts" || name == "time" || name == "datetime") return true;
  return name.ends_with("_time") || name.ends_with("_at") || name.ends_with("_ts") ||
         name.ends_with("_date") || name.ends_with("_timestamp");
}

/// trunc(timestamp) is a date; of numbers DuckDB has it too.
void trunc(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 1 || !looks_like_time(tokens, call.arguments[0])) return;
  edits.replace(call.whole(), {"cast(", call.arguments[0], " as date)"});
}

/// convert_timezone([from,] to, x), from UTC where not said.
void convert_timezone(const Tokens&, const Call& call, Edits& edits) {
  const auto& arguments = call.arguments;
  if (arguments.size() != 2 && arguments.size() != 3) return;
  Pieces pieces = {"timezone(", arguments[arguments.size() - 2], ", timezone("};
  if (arguments.size() == 3)
    pieces.push_back(arguments[0]);
  else
    pieces.push_back("'UTC'");
  pieces.insert(pieces.end(), {", cast(", arguments.back(), " as timestamp)))"});
  edits.replace(call.whole(), std::move(pieces));
}

base::Error unknown_format(const Tokens& tokens, Range argument, const std::string& text) {
  return tokens.error(argument.begin, fmt::format("the format \"{}\" is not known here", text))
      .hint("YYYY MM DD HH24 MI SS MS US MON MONTH DY DAY DDD IYYY IW Q AM and 9 0 . , S are known")
      .sql_state("0A000");
}

/// The format of to_char, to_date and to_timestamp.
DateFormat format_of(const Tokens& tokens, Range argument) {
  auto text = literal_of(tokens, argument);
  if (!text) {
    throw tokens.error(argument.begin, "the format must be a literal here").sql_state("0A000");
  }
  DateFormat format = parse_date_format(*text);
  if (text->find_first_of("90") != std::string::npos) format.unknown = *text;
  if (format.unknown.empty()) return format;
  throw unknown_format(tokens, argument, format.unknown);
}

/// Text with `@` where the value goes.
Pieces with_value(std::string_view text, const Pieces& value) {
  Pieces pieces;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t mark = std::min(text.find('@', at), text.size());
    pieces.emplace_back(std::string(text.substr(at, mark - at)));
    if (mark < text.size()) pieces.insert(pieces.end(), value.begin(), value.end());
    at = mark + 1;
  }
  return pieces;
}

void to_char(const Tokens& tokens, const Call& call, Edits& edits) {
  if (call.arguments.size() != 2) return;
  auto text = literal_of(tokens, call.arguments[1]);
  if (text && text->find_first_of("90") != std::string::npos) {
    auto number = number_expression(*text);
    if (!number) throw unknown_format(tokens, call.arguments[1], *text);
    edits.replace(call.whole(), with_value(*number, {"(", call.arguments[0], ")"}));
    return;
  }
  if (text && lower(*text).ends_with("rn")) throw unknown_format(tokens, call.arguments[1], *text);
  DateFormat format = format_of(tokens, call.arguments[1]);
  Pieces value = timestamp(tokens, call.arguments[0]);
  Pieces pieces;
  for (const FormatPart& part : format.parts) {
    if (!pieces.empty()) pieces.emplace_back(" || ");
    Pieces piece = part.expression.empty()
                       ? joined({{"strftime("}, value, {", " + quoted_text(part.strftime) + ")"}})
                       : with_value(part.expression, value);
    pieces.insert(pieces.end(), piece.begin(), piece.end());
  }
  if (pieces.empty()) pieces.emplace_back("''");
  if (format.parts.size() > 1) pieces = joined({{"("}, pieces, {")"}});
  edits.replace(call.whole(), std::move(pieces));
}

/// strptime(text, format) cast to a type.
void parse_time(const Tokens& tokens, const Call& call, std::string_view type, Edits& edits) {
  if (call.arguments.size() != 2) return;
  std::string strptime;
  for (const FormatPart& part : format_of(tokens, call.arguments[1]).parts) {
    if (part.strftime.empty()) {
      throw tokens.error(call.arguments[1].begin, "this format cannot be read here")
          .hint("YYYY MM DD HH24 MI SS MS US MON DDD AM can be read");
    }
    strptime += part.strftime;
  }
  edits.replace(call.whole(), {"cast(strptime(", call.arguments[0],
                               fmt::format(", {}) as {})", quoted_text(strptime), type)});
}

void to_date(const Tokens& tokens, const Call& call, Edits& edits) {
  parse_time(tokens, call, "date", edits);
}

void to_timestamp(const Tokens& tokens, const Call& call, Edits& edits) {
  parse_time(tokens, call, "timestamptz", edits);
}

}  // namespace

std::optional<std::string_view> date_part_of(std::string_view lower_case) {
  auto found = units().find(lower_case);
  return found == units().end() ? std::nullopt : std::optional(found->second);
}

std::span<const CallRewrite> date_rewrites() {
  static constexpr auto rewrites = std::to_array<CallRewrite>({
      {"dateadd", date_add},
      {"date_add", date_add},
      {"datediff", date_diff},
      {"date_diff", date_diff},
      {"date_part", date_part},
      {"pgdate_part", date_part},
      {"extract", extract},
      {"date_trunc", date_trunc},
      {"getdate", getdate},
      {"trunc", trunc},
      {"convert_timezone", convert_timezone},
      {"to_char", to_char},
      {"to_date", to_date},
      {"to_timestamp", to_timestamp},
  });
  return rewrites;
}

}  // namespace sparkify::functions
