// Operators that mean something else on DuckDB: intervals, patterns, arithmetic.

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "base/text.hpp"
#include "dialect/aggregates.hpp"
#include "dialect/rewrites.hpp"
#include "functions/rewrites.hpp"
#include "rewrite/operands.hpp"

namespace sparkify::dialect {
namespace {

/// Microseconds of a unit that is no longer than an hour; 0 for others.
double microseconds_of(std::string_view unit) {
  if (unit == "microsecond") return 1;
  if (unit == "millisecond") return 1e3;
  if (unit == "second") return 1e6;
  if (unit == "minute") return 6e7;
  return unit == "hour" ? 3.6e9 : 0;
}

/// An interval literal of seconds and the like.
struct Interval {
  std::size_t end = 0;
  double microseconds = 0;
};

/// `interval '0.001 seconds'`, `interval '1' second`, `interval '1'` at token `i`.
std::optional<Interval> interval_at(const Tokens& tokens, std::size_t i) {
  auto text = tokens.text_value(i + 1);
  if (!tokens.is_word(i, "interval") || !text) return std::nullopt;
  double number = 0;
  const char* end = text->data() + text->size();
  auto parsed = std::from_chars(text->data(), end, number);
  if (parsed.ec != std::errc()) return std::nullopt;
  std::string_view rest(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  while (rest.ends_with(' ')) rest.remove_suffix(1);
  std::size_t next = i + 2;
  std::string unit = lower(rest);
  if (unit.empty() && tokens[next].kind == sql::TokenKind::word &&
      functions::date_part_of(lower(tokens[next].text))) {
    unit = lower(tokens[next++].text);
  }
  auto part = functions::date_part_of(unit.empty() ? "second" : unit);
  double factor = part ? microseconds_of(*part) : 0;
  if (factor == 0) return std::nullopt;
  return Interval{next, number * factor};
}

/// DuckDB multiplies intervals by 32-bit numbers only: n * interval '1 second' ->
/// to_microseconds(n * 1000000).
void interval_product(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    auto interval = interval_at(tokens, i);
    if (!interval) continue;
    Range factor;
    Range whole;
    if (i > 1 && tokens.is_symbol(i - 1, "*")) {
      std::size_t begin = rewrite::begin_of_product(tokens, i - 1);
      if (begin == i - 1) continue;
      factor = {begin, i - 1};
      whole = {begin, interval->end};
    } else if (tokens.is_symbol(interval->end, "*")) {
      std::size_t begin = interval->end + 1, end = rewrite::end_of_primary(tokens, begin);
      if (end == begin) continue;
      factor = {begin, end};
      whole = {i, end};
    } else {
      continue;
    }
    bool is_whole = interval->microseconds == std::floor(interval->microseconds);
    std::string number = is_whole ? fmt::format("cast({:.0f} as bigint)", interval->microseconds)
                                  : fmt::format("cast('{}' as double)", interval->microseconds);
    edits.replace(whole, {"to_microseconds(cast((", factor, ") * " + number + " as bigint))"});
  }
}

/// getdate() - 7: a number of days. Dates know that themselves.
void days_of_timestamps(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    bool is_sum = tokens.is_symbol(i, "+") || tokens.is_symbol(i, "-");
    if (!is_sum || tokens[i + 1].kind != sql::TokenKind::number) continue;
    if (tokens[i + 1].text.find_first_not_of("0123456789") != std::string_view::npos) continue;
    // 7 * x is a product of its own.
    if (tokens.is_symbol(i + 2, "*") || tokens.is_symbol(i + 2, "/")) continue;
    std::size_t begin = rewrite::begin_of_primary(tokens, i);
    bool is_word = begin + 1 == i && tokens.is_any(begin, {"sysdate", "current_timestamp"});
    bool is_call = tokens.is_call(begin) && tokens.close(begin + 1) + 1 == i &&
                   tokens.is_any(begin, {"getdate", "dateadd", "date_add", "date_trunc",
                                         "convert_timezone", "to_timestamp", "add_months", "now"});
    bool is_cast = begin + 3 <= i && tokens.is_symbol(i - 2, "::") &&
                   tokens.is_any(i - 1, {"timestamp", "timestamptz"});
    if (!is_word && !is_call && !is_cast) continue;
    edits.replace({i + 1, i + 2}, {fmt::format("to_days({})", tokens[i + 1].text)});
  }
}

/// A regular expression that fits somewhere is one that fits all with anything around it.
void pattern_matches(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    bool has_case = tokens.is_symbol(i, "~") || tokens.is_symbol(i, "!~");
    if (!has_case && !tokens.is_symbol(i, "~*") && !tokens.is_symbol(i, "!~*")) continue;
    std::size_t pattern = i + 1;
    // operator(pg_catalog.~)
    bool is_named = tokens.is_symbol(i + 1, ")") && tokens.is_symbol(i - 1, ".") && i >= 4 &&
                    tokens.is_word(i - 4, "operator");
    if (is_named) ++pattern;
    std::size_t end = rewrite::end_of_primary(tokens, pattern);
    if (end == pattern) continue;
    std::string symbol = tokens[i].text.starts_with('!') ? "!~" : "~";
    edits.replace(is_named ? Range{i - 4, i + 2} : Range{i, i + 1}, {symbol});
    std::string head = has_case ? "(?s).*(?:" : "(?is).*(?:";
    auto text = end == pattern + 1 ? tokens.text_value(pattern) : std::nullopt;
    if (text) {
      edits.replace({pattern, end}, {quoted_text(head + *text + ").*")});
    } else {
      edits.replace({pattern, end}, {"('" + head + "' || ", Range{pattern, end}, " || ').*')"});
    }
  }
}

/// operator(pg_catalog.=) and the others that need nothing else.
void named_operators(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i + 5 < tokens.size(); ++i) {
    if (!tokens.is_word(i, "operator") || !tokens.is_symbol(i + 1, "(") ||
        !tokens.is_symbol(i + 3, ".") || !tokens.is_symbol(i + 5, ")")) {
      continue;
    }
    edits.replace({i, i + 6}, {std::string(tokens[i + 4].text)});
  }
}

/// The backslash escapes in LIKE unless something else is said; on DuckDB nothing does.
void like_escape(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (!tokens.is_any(i, {"like", "ilike"}) || tokens.is_symbol(i - 1, "(")) continue;
    std::size_t end = rewrite::end_of_operand(tokens, i + 1);
    if (end == i + 1 || tokens.is_word(end, "escape")) continue;
    for (std::size_t at = i + 1; at < end; ++at) {
      auto text = tokens.text_value(at);
      if (!text || text->find('\\') == std::string::npos) continue;
      edits.insert_after(end - 1, {" escape '\\'"});
      break;
    }
  }
}

/// A pattern of SIMILAR TO as a regular expression that has to fit all of a text.
std::string similar_pattern(std::string_view pattern, char escape) {
  std::string result = "(?s)";
  bool is_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == escape && i + 1 < pattern.size()) {
      result += '\\';
      result += pattern[++i];
    } else if (is_class) {
      is_class = c != ']';
      result += c;
    } else if (c == '[') {
      is_class = true;
      result += c;
    } else if (c == '%') {
      result += ".*";
    } else if (c == '_') {
      result += '.';
    } else if (c == '.' || c == '^' || c == '$' || c == '\\') {
      result += '\\';
      result += c;
    } else {
      result += c;
    }
  }
  return result;
}

/// x similar to 'a%' -> x similar to 'a.*', which on DuckDB is a regular expression.
void similar_to(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 1; i + 2 < tokens.size(); ++i) {
    if (!tokens.are_words(i, {"similar", "to"})) continue;
    std::size_t end = rewrite::end_of_operand(tokens, i + 2);
    auto text = end == i + 3 ? tokens.text_value(i + 2) : std::nullopt;
    if (!text) {
      throw tokens
          .error(i + 2 < tokens.size() ? i + 2 : i,
                 "the pattern of SIMILAR TO must be a literal here")
          .sql_state("0A000");
    }
    char escape = '\\';
    std::size_t last = end;
    if (auto given = tokens.text_value(end + 1); tokens.is_word(end, "escape") && given) {
      escape = given->empty() ? '\0' : (*given)[0];
      last = end + 2;
    }
    edits.replace({i + 2, last}, {quoted_text(similar_pattern(*text, escape))});
  }
}

bool is_plain_number(const Tokens& tokens, Range operand) {
  return operand.size() == 1 && tokens[operand.begin].kind == sql::TokenKind::number;
}

/// A name or a call: what may be a text.
bool may_be_text(const Tokens& tokens, Range operand) {
  if (operand.size() == 0 || !tokens.is_name(operand.begin)) return false;
  if (tokens.is_any(operand.begin, {"interval", "date", "timestamp", "time", "case", "sysdate",
                                    "current_date", "current_timestamp", "count", "null"})) {
    return false;
  }
  if (tokens.end_of_name(operand.begin) == operand.end) return true;
  return tokens.is_call(operand.begin) && tokens.close(operand.begin + 1) + 1 == operand.end &&
         !tokens.is_any(operand.begin, {"sum", "avg", "getdate", "extract", "date_part", "datediff",
                                        "date_diff", "length", "len", "cast", "interval"});
}

/// A text beside a number is one: ts / 1000 where ts is a varchar. What ts is, the engine knows:
/// the macro gives it back as it is unless it is a text.
void text_arithmetic(const Tokens& tokens, Edits& edits) {
  if (rewrite::is_stored(tokens)) return;
  auto wrap = [&](Range operand, Range other) {
    if (has_aggregate(tokens, operand)) return;
    edits.replace(operand, {std::string(catalog_prefix) + "number(", operand,
                            fmt::format(", {})", tokens.text(other))});
  };
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    bool is_product =
        tokens.is_symbol(i, "*") || tokens.is_symbol(i, "/") || tokens.is_symbol(i, "%");
    if (!is_product && !tokens.is_symbol(i, "+") && !tokens.is_symbol(i, "-")) continue;
    bool is_left_number = tokens[i - 1].kind == sql::TokenKind::number;
    bool is_right_number = tokens[i + 1].kind == sql::TokenKind::number;
    if (is_right_number && !is_left_number) {
      Range left{rewrite::begin_of_primary(tokens, i), i};
      // `a * b / 2`: the division is of a product.
      bool is_chain =
          left.begin > 0 && tokens[left.begin - 1].kind == sql::TokenKind::symbol &&
          (tokens.is_symbol(left.begin - 1, "*") || tokens.is_symbol(left.begin - 1, "/"));
      if (may_be_text(tokens, left) && !is_chain) wrap(left, {i + 1, i + 2});
    } else if (is_left_number && !is_right_number) {
      Range right{i + 1, rewrite::end_of_primary(tokens, i + 1)};
      if (may_be_text(tokens, right) && is_plain_number(tokens, {i - 1, i})) {
        wrap(right, {i - 1, i});
      }
    }
  }
}

/// a.x = b.x (+) is no syntax of DuckDB.
void outer_join_marks(const Tokens& tokens, Edits&) {
  for (std::size_t i = 1; i + 2 < tokens.size(); ++i) {
    if (!tokens.is_symbol(i, "(") || !tokens.is_symbol(i + 1, "+")) continue;
    if (!tokens.is_symbol(i + 2, ")")) continue;
    throw tokens.error(i, "joins marked with (+) are not supported here")
        .hint("a left join b on a.x = b.x")
        .sql_state("0A000");
  }
}

/// A number that is not 0, or `nullif(x, 0)`.
bool is_never_zero(const Tokens& tokens, Range divisor) {
  if (is_plain_number(tokens, divisor)) {
    std::string_view text = tokens.text(divisor);
    return text.substr(0, text.find_first_of("eE")).find_first_of("123456789") !=
           std::string_view::npos;
  }
  if (!tokens.is_word(divisor.begin, "nullif") || !tokens.is_call(divisor.begin)) return false;
  auto arguments = tokens.arguments(divisor.begin + 1);
  return tokens.close(divisor.begin + 1) + 1 == divisor.end && arguments.size() == 2 &&
         tokens.text(arguments[1]) == "0";
}

/// Division by zero is an error; on DuckDB it is NULL. No macro: inside of one the macros with
/// several forms would not know the quotient's type.
void division_by_zero(const Tokens& tokens, Edits& edits) {
  auto check = [&](Range divisor) {
    if (divisor.size() == 0 || is_never_zero(tokens, divisor)) return;
    edits.replace(divisor, {"(case when (", divisor, ") = 0 then error('division by zero') else (",
                            divisor, ") end)"});
  };
  for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
    if (tokens.is_symbol(i, "/") || tokens.is_symbol(i, "%")) {
      check({i + 1, rewrite::end_of_primary(tokens, i + 1)});
    } else if (tokens.is_word(i, "mod") && tokens.is_call(i)) {
      auto arguments = tokens.arguments(i + 1);
      if (arguments.size() == 2) check(arguments[1]);
    }
  }
}

/// A literal that can be nothing but a text: no number, time or interval.
bool is_text_alone(const Tokens& tokens, std::size_t i) {
  auto text = tokens.text_value(i);
  bool is_typed =
      i > 0 && tokens.is_any(i - 1, {"date", "time", "timestamp", "timestamptz", "interval"});
  if (!text || is_typed || tokens.is_symbol(i + 1, "::")) return false;
  std::string word = lower(base::trim(*text));
  for (std::string_view time : {"now", "today", "tomorrow", "yesterday", "epoch", "infinity"}) {
    if (word == time) return false;
  }
  std::size_t start = word.find_first_not_of("+-.");
  if (start == std::string::npos) return true;
  return word[start] < '0' || word[start] > '9';
}

/// 'a' + b + c of texts -> 'a' || b || c
void text_sums(const Tokens& tokens, Edits& edits) {
  std::set<std::size_t> signs;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_text_alone(tokens, i)) continue;
    for (std::size_t at = i; at > 1 && tokens.is_symbol(at - 1, "+");) {
      signs.insert(at - 1);
      std::size_t begin = rewrite::begin_of_primary(tokens, at - 1);
      if (begin >= at - 1) break;
      at = begin;
    }
    for (std::size_t at = i + 1; tokens.is_symbol(at, "+");) {
      signs.insert(at);
      std::size_t end = rewrite::end_of_primary(tokens, at + 1);
      if (end <= at + 1) break;
      at = end;
    }
  }
  for (std::size_t sign : signs) edits.replace({sign, sign + 1}, {"||"});
}

}  // namespace

std::span<const StatementRewrite> operator_rewrites() {
  static const auto rewrites = std::to_array<StatementRewrite>({
      {"interval_product", {}, interval_product},
      {"days_of_timestamps", {}, days_of_timestamps},
      {"pattern_matches", {}, pattern_matches},
      {"named_operators", {}, named_operators, Where::served},
      {"like_escape", {}, like_escape},
      {"similar_to", {}, similar_to},
      {"outer_join_marks", {}, outer_join_marks},
      {"division_by_zero", {}, division_by_zero, Where::served},
      {"text_arithmetic", {}, text_arithmetic, Where::served},
      {"text_sums", {}, text_sums, Where::served},
  });
  return rewrites;
}

}  // namespace sparkify::dialect
