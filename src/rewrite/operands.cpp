#include "rewrite/operands.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sparkify::rewrite {
namespace {

/// Words at which an operand ends or before which none stands. Sorted.
constexpr auto keywords = std::to_array<std::string_view>(
    {"all",       "and",     "any",       "as",        "asc",       "between", "by",
     "case",      "check",   "create",    "cross",     "default",   "delete",  "desc",
     "distinct",  "else",    "escape",    "except",    "exists",    "fetch",   "filter",
     "following", "for",     "from",      "full",      "group",     "having",  "ignore",
     "ilike",     "in",      "inner",     "insert",    "intersect", "into",    "is",
     "isnull",    "join",    "left",      "like",      "limit",     "minus",   "natural",
     "not",       "notnull", "nulls",     "offset",    "on",        "or",      "order",
     "outer",     "over",    "partition", "preceding", "qualify",   "range",   "respect",
     "returning", "right",   "rows",      "select",    "set",       "similar", "some",
     "then",      "to",      "top",       "unbounded", "union",     "update",  "using",
     "values",    "when",    "where",     "window",    "with",      "within"});

/// Types that may stand before a literal.
bool is_literal_type(const Tokens& tokens, std::size_t i) {
  return tokens.is_any(i, {"date", "time", "timestamp", "timestamptz", "timetz", "interval"});
}

bool is_value(const sql::Token& token) {
  return token.kind == sql::TokenKind::number || token.kind == sql::TokenKind::text ||
         token.kind == sql::TokenKind::parameter ||
         (token.kind == sql::TokenKind::symbol && token.text.size() > 1 && token.text[0] == '$');
}

bool is_interval_unit(const Tokens& tokens, std::size_t i) {
  return tokens.is_any(i, {"year", "years", "month", "months", "day", "days", "hour", "hours",
                           "minute", "minutes", "second", "seconds", "week", "weeks"});
}

/// Where the name that ends with token `last` begins with its qualifiers.
std::size_t begin_of_name(const Tokens& tokens, std::size_t last) {
  while (last >= 2 && tokens.is_symbol(last - 1, ".") && tokens.is_name(last - 2)) last -= 2;
  return last;
}

/// Where the type that ends with token `last` begins, if `::` stands before it; else size().
std::size_t begin_of_cast_type(const Tokens& tokens, std::size_t last) {
  std::size_t i = last;
  if (tokens.is_symbol(i, ")")) {
    i = tokens.open(i);
    if (i == tokens.size() || i == 0) return tokens.size();
    --i;
  }
  // `timestamp without time zone` is the longest.
  bool is_long = tokens.is_any(i, {"precision", "varying", "zone"});
  for (std::size_t words = 0; words < 4 && i > 0 && tokens.is_name(i); ++words, --i) {
    i = begin_of_name(tokens, i);
    if (i > 0 && tokens.is_symbol(i - 1, "::")) return i;
    if (!is_long || i == 0) break;
  }
  return tokens.size();
}

/// Where the `case` begins that `end` at `last` closes; `last` + 1 when there is none.
std::size_t begin_of_case(const Tokens& tokens, std::size_t last) {
  std::size_t depth = 0;
  for (std::size_t i = last + 1; i-- > 0;) {
    if (tokens.is_symbol(i, ")") && tokens.open(i) < tokens.size()) {
      i = tokens.open(i);
    } else if (tokens.is_symbol(i, "(")) {
      break;
    } else if (tokens.is_word(i, "end")) {
      ++depth;
    } else if (tokens.is_word(i, "case") && --depth == 0) {
      return i;
    }
  }
  return last + 1;
}

std::size_t end_of_case(const Tokens& tokens, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t i = begin; i < tokens.size() && !tokens.is_symbol(i, ")"); i = tokens.next(i)) {
    if (tokens.is_word(i, "case")) ++depth;
    if (tokens.is_word(i, "end") && --depth == 0) return i + 1;
  }
  return begin;
}

/// `ignore nulls` between a call and its window, which begins at `over`: the word before them.
std::size_t skip_nulls(const Tokens& tokens, std::size_t over) {
  bool has_nulls = over >= 2 && tokens.is_word(over, "over") && tokens.is_word(over - 1, "nulls") &&
                   tokens.is_any(over - 2, {"ignore", "respect"});
  return has_nulls ? over - 2 : over;
}

/// `over (...)`, `filter (...)`, `within group (...)`: what may follow a call. `i` is its word.
bool is_call_suffix(const Tokens& tokens, std::size_t i) {
  return tokens.is_any(i, {"over", "filter"}) || tokens.are_words(i, {"within", "group"});
}

}  // namespace

bool is_keyword(const Tokens& tokens, std::size_t i) {
  const sql::Token& token = tokens[i];
  constexpr std::size_t longest = 9;
  if (token.kind != sql::TokenKind::word || token.text.size() > longest) return false;
  return std::binary_search(keywords.begin(), keywords.end(), lower(token.text));
}

std::size_t end_of_type(const Tokens& tokens, std::size_t i) {
  std::size_t end = tokens.end_of_name(i);
  if (end == i) return i;
  if (tokens.is_any(i, {"double", "character", "bit", "national", "binary"})) {
    while (tokens.is_any(end, {"precision", "varying", "character", "char"})) ++end;
  }
  if (tokens.is_symbol(end, "(")) end = tokens.next(end);
  if (tokens.is_any(i, {"timestamp", "time"}) && tokens.is_any(end, {"with", "without"}) &&
      tokens.are_words(end + 1, {"time", "zone"})) {
    end += 3;
  }
  while (tokens.is_symbol(end, "[") && tokens.close(end) < tokens.size()) end = tokens.next(end);
  return end;
}

std::size_t begin_of_primary(const Tokens& tokens, std::size_t end) {
  for (std::size_t last = end; last-- > 0;) {
    if (std::size_t type = begin_of_cast_type(tokens, last); type < tokens.size()) {
      last = type - 1;  // `::`; what is cast stands before it
      continue;
    }
    if (tokens.is_symbol(last, "]")) {
      std::size_t open = tokens.open(last);
      if (open == tokens.size() || open == 0) return end;
      if (tokens.is_word(open - 1, "array")) return open - 1;
      if (!tokens.is_name(open - 1) && !tokens.is_symbol(open - 1, ")") &&
          !tokens.is_symbol(open - 1, "]")) {
        return open;
      }
      last = open;
      continue;
    }
    if (tokens.is_symbol(last, ")")) {
      std::size_t open = tokens.open(last);
      if (open == tokens.size()) return end;
      if (open == 0) return open;
      std::size_t word = open - 1;
      if (tokens.is_word(word, "group") && word > 0 && tokens.is_word(word - 1, "within")) --word;
      std::size_t suffix = skip_nulls(tokens, word);
      if (suffix > 0 && is_call_suffix(tokens, word) && tokens.is_symbol(suffix - 1, ")")) {
        last = suffix;
        continue;
      }
      if (!tokens.is_name(open - 1) || is_keyword(tokens, open - 1)) return open;
      return begin_of_name(tokens, open - 1);
    }
    if (tokens.is_word(last, "end")) {
      std::size_t begin = begin_of_case(tokens, last);
      return begin <= last ? begin : end;
    }
    if (is_interval_unit(tokens, last) && last >= 2 && is_value(tokens[last - 1]) &&
        tokens.is_word(last - 2, "interval")) {
      return last - 2;
    }
    // `over w`
    if (last >= 2 && tokens.is_name(last) && tokens.is_word(last - 1, "over")) {
      last = skip_nulls(tokens, last - 1);
      continue;
    }
    if (is_value(tokens[last])) {
      return last > 0 && is_literal_type(tokens, last - 1) ? last - 1 : last;
    }
    if (!tokens.is_name(last) || is_keyword(tokens, last)) return end;
    return begin_of_name(tokens, last);
  }
  return end;
}

std::size_t end_of_primary(const Tokens& tokens, std::size_t begin) {
  std::size_t i = begin;
  while (tokens.is_symbol(i, "-") || tokens.is_symbol(i, "+")) ++i;
  if (is_value(tokens[i])) {
    ++i;
  } else if (tokens.is_symbol(i, "(") || tokens.is_symbol(i, "[")) {
    if (tokens.close(i) == tokens.size()) return begin;
    i = tokens.next(i);
  } else if (tokens.is_word(i, "case")) {
    std::size_t end = end_of_case(tokens, i);
    if (end == i) return begin;
    i = end;
  } else if (tokens.is_name(i) && (!is_keyword(tokens, i) || tokens.is_symbol(i + 1, "("))) {
    bool is_typed = is_literal_type(tokens, i) && is_value(tokens[i + 1]);
    if (is_typed) {
      i += tokens.is_word(i, "interval") && is_interval_unit(tokens, i + 2) ? 3 : 2;
    } else {
      i = tokens.end_of_name(i);
      if (tokens.is_symbol(i, "(") && tokens.close(i) < tokens.size()) i = tokens.next(i);
    }
  } else {
    return begin;
  }
  for (;;) {
    if (tokens.is_symbol(i, "::")) {
      std::size_t end = end_of_type(tokens, i + 1);
      if (end == i + 1) return i;
      i = end;
    } else if (tokens.is_symbol(i, "[") && tokens.close(i) < tokens.size()) {
      i = tokens.next(i);
    } else if (tokens.is_any(i, {"ignore", "respect"}) && tokens.is_word(i + 1, "nulls") &&
               tokens.is_word(i + 2, "over")) {
      i += 2;
    } else if (is_call_suffix(tokens, i)) {
      std::size_t open = tokens.is_word(i, "within") ? i + 2 : i + 1;
      i = tokens.is_symbol(open, "(") ? tokens.next(open) : open + 1;
    } else if (tokens.are_words(i, {"at", "time", "zone"})) {
      std::size_t zone = end_of_primary(tokens, i + 3);
      if (zone == i + 3) return i;
      i = zone;
    } else if (tokens.is_word(i, "collate") && tokens.is_name(i + 1)) {
      i = tokens.end_of_name(i + 1);
    } else {
      return std::min(i, tokens.size());
    }
  }
}

std::size_t begin_of_product(const Tokens& tokens, std::size_t end) {
  std::size_t begin = begin_of_primary(tokens, end);
  while (begin < end && begin >= 2 &&
         (tokens.is_symbol(begin - 1, "*") || tokens.is_symbol(begin - 1, "/") ||
          tokens.is_symbol(begin - 1, "%"))) {
    std::size_t before = begin_of_primary(tokens, begin - 1);
    if (before == begin - 1) break;
    begin = before;
  }
  return begin;
}

std::size_t end_of_operand(const Tokens& tokens, std::size_t begin) {
  std::size_t end = end_of_primary(tokens, begin);
  while (end > begin && tokens[end].kind == sql::TokenKind::symbol) {
    bool is_operator = tokens.is_symbol(end, "||") || tokens.is_symbol(end, "+") ||
                       tokens.is_symbol(end, "-") || tokens.is_symbol(end, "*") ||
                       tokens.is_symbol(end, "/") || tokens.is_symbol(end, "%");
    std::size_t next = is_operator ? end_of_primary(tokens, end + 1) : end + 1;
    if (next == end + 1) break;
    end = next;
  }
  return end;
}

std::size_t end_of_expression(const Tokens& tokens, std::size_t begin) {
  std::size_t i = begin;
  while (i < tokens.size() && !tokens.is_symbol(i, ",") && !tokens.is_symbol(i, ")") &&
         !tokens.is_any(i, {"from", "where", "group", "having", "order", "limit", "offset", "union",
                            "except", "intersect", "qualify", "as", "asc", "desc"})) {
    i = tokens.next(i);
  }
  return std::min(i, tokens.size());
}

}  // namespace sparkify::rewrite
