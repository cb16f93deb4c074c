// Names and types of results as clients of Redshift know them.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "dialect/aggregates.hpp"
#include "dialect/rewrites.hpp"
#include "rewrite/operands.hpp"

namespace sparkify::dialect {
namespace {

struct Row {
  std::string_view from, to;
};

std::string mapped(std::span<const Row> rows, std::string name) {
  auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.from == name; });
  return found == rows.end() ? name : std::string(found->to);
}

/// Functions whose results have another name.
std::string function_name(std::string name) {
  static constexpr auto rows = std::to_array<Row>({{"dateadd", "date_add"},
                                                   {"datediff", "date_diff"},
                                                   {"extract", "date_part"},
                                                   {"date_part", "pgdate_part"},
                                                   {"nvl", "coalesce"},
                                                   {"nvl2", "case"},
                                                   {"decode", "case"},
                                                   {"nullif", "case"},
                                                   {"getdate", "timestamp"},
                                                   {"trim", "btrim"},
                                                   {"current_user", "current_user"}});
  return mapped(rows, std::move(name));
}

std::string type_name(std::string name) {
  static constexpr auto rows = std::to_array<Row>({{"int", "int4"},
                                                   {"integer", "int4"},
                                                   {"bigint", "int8"},
                                                   {"smallint", "int2"},
                                                   {"decimal", "numeric"},
                                                   {"dec", "numeric"},
                                                   {"real", "float4"},
                                                   {"float", "float8"},
                                                   {"double", "float8"},
                                                   {"boolean", "bool"},
                                                   {"char", "bpchar"},
                                                   {"character", "bpchar"},
                                                   {"text", "varchar"}});
  return mapped(rows, std::move(name));
}

/// What a result without an alias is called; empty: as the engine calls it, which is right for
/// columns. `is_plain` is set for the name of anything.
class Naming {
 public:
  explicit Naming(const Tokens& tokens) : tokens_(tokens) {}

  std::string name(Range item) const {
    if (item.size() == 0 || has_alias(item)) return "";
    return expression(item, 0);
  }

 private:
  static constexpr std::string_view anything = "?column?";
  static constexpr int max_depth = 50;

  bool has_alias(Range item) const {
    std::size_t last = item.end - 1;
    if (tokens_.is_symbol(last, "*")) return true;  // stands for many
    for (std::size_t i = item.begin; i < item.end; i = tokens_.next(i)) {
      if (tokens_.is_word(i, "as")) return true;
    }
    if (item.size() == 1 || !tokens_.is_name(last) || tokens_.is_word(last, "end")) return false;
    // `count(*) n`: behind a whole operand.
    std::size_t begin = rewrite::begin_of_primary(tokens_, item.end);
    if (begin != last) return false;
    const sql::Token& before = tokens_[last - 1];
    if (before.kind == sql::TokenKind::symbol) {
      return before.text == ")" || before.text == "]";
    }
    return !rewrite::is_keyword(tokens_, last - 1) && !tokens_.is_any(last - 1, {"zone"});
  }

  std::string expression(Range item, int depth) const {
    if (depth > max_depth) return std::string(anything);
    std::size_t begin = rewrite::begin_of_primary(tokens_, item.end);
    if (begin != item.begin) return std::string(anything);
    return primary(item, depth);
  }

  std::string primary(Range item, int depth) const {
    std::size_t first = item.begin, last = item.end - 1;
    if (std::size_t cast = last_cast(item); cast < item.end) {
      std::string inner = cast == first ? "" : named_only({first, cast}, depth + 1);
      return inner.empty() ? type_of(cast + 1) : inner;
    }
    if (tokens_.is_symbol(first, "(") && tokens_.next(first) == item.end) {
      if (tokens_.is_any(first + 1, {"select", "with"})) return std::string(anything);
      return expression({first + 1, last}, depth + 1);
    }
    if (tokens_.is_word(first, "case")) return case_name(item, depth);
    if (tokens_.is_any(first, {"cast", "try_cast"})) return cast_name(first, depth);
    if (tokens_.is_word(first, "array") && tokens_.is_symbol(first + 1, "[")) return "array";
    if (is_word_of_time(first) && item.size() > 1 && !tokens_.is_symbol(first + 1, "(")) {
      return tokens_.is_name(first + 1) ? "" : lower(tokens_[first].text);
    }
    std::size_t end = tokens_.end_of_name(first);
    if (end > first && tokens_.is_symbol(end, "(")) {
      return function_name(name_value(tokens_[end - 1]));
    }
    if (end == item.end) return word_name(first);
    if (end > first) return "";  // a subscript
    return std::string(anything);
  }

  bool is_word_of_time(std::size_t i) const {
    return tokens_.is_any(i, {"date", "timestamp", "time", "interval", "timestamptz"});
  }

  std::string word_name(std::size_t i) const {
    if (tokens_.is_word(i, "sysdate")) return "timestamp";
    if (tokens_.is_word(i, "current_date")) return "date";
    if (tokens_.is_any(i, {"current_timestamp", "localtimestamp"})) return "timestamp";
    if (tokens_.is_any(i, {"user", "session_user", "current_user"})) return "current_user";
    if (tokens_.is_word(i, "current_schema")) return "current_schema";
    if (tokens_.is_word(i, "true") || tokens_.is_word(i, "false")) return "bool";
    return tokens_.is_word(i, "null") ? std::string(anything) : "";
  }

  /// A name that a cast around keeps: of a column or a call; else empty.
  std::string named_only(Range item, int depth) const {
    std::string name = expression(item, depth);
    bool is_column = name.empty() && tokens_.end_of_name(item.begin) == item.end;
    if (is_column) return name_value(tokens_[item.end - 1]);
    return name == anything ? "" : name;
  }

  /// Where the last `::` of the primary stands; its end when there is none.
  std::size_t last_cast(Range item) const {
    std::size_t found = item.end;
    for (std::size_t i = item.begin; i < item.end; i = tokens_.next(i)) {
      if (tokens_.is_symbol(i, "::")) found = i;
    }
    return found;
  }

  std::string type_of(std::size_t i) const {
    if (tokens_.is_symbol(i + 1, ".")) i += 2;
    if (tokens_.are_words(i, {"character", "varying"})) return "varchar";
    if (tokens_.is_word(i, "timestamp") && tokens_.is_word(i + 1, "with")) return "timestamptz";
    return type_name(name_value(tokens_[i]));
  }

  std::string cast_name(std::size_t first, int depth) const {
    std::size_t close = tokens_.close(first + 1), as = close;
    for (std::size_t at = first + 2; at < close; at = tokens_.next(at)) {
      if (tokens_.is_word(at, "as")) as = at;
    }
    if (as == close) return std::string(anything);
    std::string inner = named_only({first + 2, as}, depth + 1);
    return inner.empty() ? type_of(as + 1) : inner;
  }

  /// The name of a column behind ELSE, or `case`.
  std::string case_name(Range item, int depth) const {
    std::size_t otherwise = item.end;
    for (std::size_t i = item.begin + 1, nested = 0; i < item.end; i = tokens_.next(i)) {
      if (tokens_.is_word(i, "case")) ++nested;
      if (tokens_.is_word(i, "end") && nested > 0) --nested;
      if (tokens_.is_word(i, "else") && nested == 0) otherwise = i + 1;
    }
    if (otherwise + 1 < item.end && depth < max_depth) {
      Range value{otherwise, item.end - 1};
      if (tokens_.end_of_name(value.begin) == value.end &&
          !tokens_.is_any(value.begin, {"null", "true", "false"})) {
        return name_value(tokens_[value.end - 1]);
      }
    }
    return "case";
  }

  const Tokens& tokens_;
};

bool ends_select_list(const Tokens& tokens, std::size_t i) {
  if (i > 0 && tokens.are_words(i - 1, {"within", "group"})) return false;
  return tokens.is_symbol(i, ")") ||
         tokens.is_any(
             i, {"select", "from", "where", "group", "having", "order", "limit", "union", "except",
                 "intersect", "minus", "qualify", "into", "window", "offset", "fetch"});
}

/// Gives results without an alias the names they have on Redshift: count, sum, ?column?.
void result_names(const Tokens& tokens, Edits& edits) {
  if (rewrite::classify(tokens) == StatementKind::insert) return;  // nobody sees them
  Naming naming(tokens);
  std::size_t depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.is_symbol(i, "(")) ++depth;
    if (tokens.is_symbol(i, ")") && depth > 0) --depth;
    if (!tokens.is_word(i, "select")) continue;
    std::size_t begin = i + 1;
    if (tokens.is_any(begin, {"distinct", "all"})) ++begin;
    if (tokens.is_word(begin, "top") && tokens[begin + 1].kind == sql::TokenKind::number)
      begin += 2;
    for (std::size_t at = begin; at <= tokens.size(); at = tokens.next(at)) {
      bool is_end = at == tokens.size() || ends_select_list(tokens, at);
      if (!is_end && !tokens.is_symbol(at, ",")) continue;
      std::string name = naming.name({begin, at});
      // What cannot be referred to needs no name inside.
      if (!name.empty() && (depth == 0 || name != "?column?")) {
        edits.insert_after(at - 1, {fmt::format(" as \"{}\"", name)}, Edits::Level::item);
      }
      if (is_end) break;
      begin = at + 1;
    }
  }
}

/// The end of what may follow a call: `over (...)`.
std::size_t end_of_window(const Tokens& tokens, std::size_t close) {
  if (!tokens.is_word(close + 1, "over")) return close + 1;
  return tokens.is_symbol(close + 2, "(") ? tokens.next(close + 2) : close + 3;
}

/// All of `range` is count(...).
bool is_count(const Tokens& tokens, Range range) {
  return tokens.is_word(range.begin, "count") && tokens.is_call(range.begin) &&
         tokens.close(range.begin + 1) + 1 == range.end;
}

/// The sum of bigints is a numeric(38, 0); of smaller integers a bigint, which the server makes of
/// DuckDB's hugeint.
void sum_types(const Tokens& tokens, Edits& edits) {
  if (rewrite::is_stored(tokens)) return;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is_word(i, "sum") || !tokens.is_call(i)) continue;
    auto arguments = tokens.arguments(i + 1);
    if (arguments.size() != 1) continue;
    std::size_t begin = arguments[0].begin;
    if (tokens.is_any(begin, {"distinct", "all"})) ++begin;
    if (begin == arguments[0].end) continue;
    Range summand{begin, arguments[0].end};
    if (!has_aggregate(tokens, summand)) {
      edits.replace(summand, {std::string(catalog_prefix) + "summand(", summand, ")"});
    } else if (is_count(tokens, summand)) {
      edits.replace(summand, {"cast(", summand, " as decimal(38, 0))"});
    } else if (Range value = chosen_value(tokens, summand); value.size() > 0) {
      edits.replace(value, {std::string(catalog_prefix) + "summand(", value, ")"});
    }
  }
}

/// trunc(x) of a time is its date; what x is, the engine knows.
void truncated_times(const Tokens& tokens, Edits& edits) {
  if (rewrite::is_stored(tokens)) return;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is_word(i, "trunc") || !tokens.is_call(i)) continue;
    auto arguments = tokens.arguments(i + 1);
    if (arguments.size() != 1) continue;
    std::string function = std::string(catalog_prefix) + "truncated";
    if (!has_aggregate(tokens, arguments[0])) {
      edits.replace({i, i + 1}, {function});
    } else if (Range value = chosen_value(tokens, arguments[0]); value.size() > 0) {
      // The order of the values is that of what they are cut to.
      edits.replace(value, {function + "(", value, ")"});
      edits.replace({i, i + 1}, {""});
    }
  }
}

/// avg(x) has the type of sum(x): of integers it is whole.
void average_types(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is_word(i, "avg") || !tokens.is_call(i)) continue;
    auto arguments = tokens.arguments(i + 1);
    if (arguments.size() != 1 || tokens.is_word(tokens.close(i + 1) + 1, "filter")) continue;
    std::size_t close = tokens.close(i + 1), end = end_of_window(tokens, close);
    if (end > tokens.size()) continue;
    Range argument = arguments[0], window{close + 1, end};
    Pieces sum = {"sum(", argument, ")"};
    Pieces pieces = {"cast_to_type("};
    auto add = [&](std::string_view function) {
      pieces.insert(pieces.end(), {std::string(function) + "(", argument, ")"});
      if (window.size() > 0) pieces.insert(pieces.end(), {" ", window});
    };
    add("sum");
    pieces.emplace_back(" / ");
    add("count");
    pieces.emplace_back(", ");
    add("sum");
    pieces.emplace_back(")");
    edits.replace({i, end}, std::move(pieces));
  }
}

/// Literals with backslashes as DuckDB reads them. Comes last: what others replace stays replaced.
void backslash_literals(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind != sql::TokenKind::text || tokens[i].text.starts_with('$')) continue;
    if (tokens[i].text.find('\\') == std::string_view::npos) continue;
    auto text = tokens.text_value(i);
    if (text->find('\0') != std::string::npos) {
      throw tokens.error(i, "a text cannot hold a zero byte").sql_state("22021");
    }
    edits.replace({i, i + 1}, {quoted_text(*text)});
  }
}

}  // namespace

std::span<const StatementRewrite> result_rewrites() {
  static const auto rewrites = std::to_array<StatementRewrite>({
      {"result_names", {}, result_names, Where::served},
      {"sum_types", {}, sum_types, Where::served},
      {"average_types", {}, average_types, Where::served},
      {"truncated_times", {}, truncated_times, Where::served},
      {"backslash_literals", {}, backslash_literals, Where::served},
  });
  return rewrites;
}

}  // namespace sparkify::dialect
