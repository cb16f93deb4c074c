// Casts and literals: types that DuckDB names otherwise, texts it reads otherwise.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "dialect/literals.hpp"
#include "dialect/rewrites.hpp"
#include "rewrite/operands.hpp"

namespace sparkify::dialect {
namespace {

/// `x::type` or `cast(x as type)`.
struct Cast {
  Range value;
  std::size_t type = 0, type_end = 0;
  Range whole;
};

template <typename Visit>
void for_each_cast(const Tokens& tokens, Visit visit) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens.is_symbol(i, "::")) {
      std::size_t end = rewrite::end_of_type(tokens, i + 1);
      std::size_t begin = rewrite::begin_of_primary(tokens, i);
      if (end > i + 1 && begin < i) visit(Cast{{begin, i}, i + 1, end, {begin, end}});
    } else if (tokens.is_any(i, {"cast", "try_cast"}) && tokens.is_call(i)) {
      std::size_t close = tokens.close(i + 1), as = close;
      for (std::size_t at = i + 2; at < close; at = tokens.next(at)) {
        if (tokens.is_word(at, "as")) as = at;
      }
      if (as + 1 < close) visit(Cast{{i + 2, as}, as + 1, close, {i, close + 1}});
    }
  }
}

/// convert(type, x) -> cast(x as type)
void convert_to_cast(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens.is_word(i, "convert") || !tokens.is_call(i)) continue;
    auto arguments = tokens.arguments(i + 1);
    if (arguments.size() != 2) continue;
    edits.replace({i, tokens.next(i + 1)}, {"cast(", arguments[1], " as ", arguments[0], ")"});
  }
}

std::string_view plain_type(const Tokens& tokens, std::size_t i) {
  struct Row {
    std::string_view from, to;
  };
  static constexpr auto rows = std::to_array<Row>({{"super", "json"},
                                                   {"varbyte", "blob"},
                                                   {"varbinary", "blob"},
                                                   {"name", "varchar"},
                                                   {"char", "varchar"},
                                                   {"bpchar", "varchar"},
                                                   {"sql_identifier", "varchar"},
                                                   {"character_data", "varchar"},
                                                   {"cardinal_number", "integer"},
                                                   {"xid", "bigint"},
                                                   {"regtype", "varchar"},
                                                   {"regproc", "varchar"},
                                                   {"regprocedure", "varchar"},
                                                   {"int2vector", "smallint[]"},
                                                   {"oidvector", "bigint[]"},
                                                   {"aclitem", "varchar"}});
  // "char" in quotes is a type of its own; without, it is char(1).
  bool is_quoted = tokens[i].kind == sql::TokenKind::quoted;
  if (!is_quoted && tokens.is_any(i, {"char", "bpchar"})) return {};
  std::string name = name_value(tokens[i]);
  auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.from == name; });
  return found == rows.end() ? std::string_view() : found->to;
}

/// Types of Redshift and of PostgreSQL's catalogue, with or without their schema.
void cast_types(const Tokens& tokens, Edits& edits) {
  for_each_cast(tokens, [&](const Cast& cast) {
    std::size_t type = cast.type;
    bool has_schema = tokens.is_symbol(type + 1, ".") &&
                      tokens.is_any(type, {"pg_catalog", "information_schema"});
    if (has_schema) type += 2;
    if (tokens.is_word(type, "regclass") || tokens.is_word(type, "regnamespace")) return;
    std::size_t end = type + 1;
    std::string name(plain_type(tokens, type));
    if (name == "blob" && tokens.is_symbol(end, "(")) end = tokens.next(end);
    if (!name.empty()) {
      edits.replace({cast.type, end}, {name});
    } else if (has_schema) {
      edits.remove({cast.type, type});
    }
  });
}

/// FLOAT has 64 bits on Redshift, 32 on DuckDB. With a precision both agree.
void float_casts(const Tokens& tokens, Edits& edits) {
  auto widen = [&](std::size_t type) {
    if (tokens.is_word(type, "float") && !tokens.is_symbol(type + 1, "(")) {
      edits.replace({type, type + 1}, {"double"});
    }
  };
  for_each_cast(tokens, [&](const Cast& cast) { widen(cast.type); });
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.is_word(i, "convert") && tokens.is_call(i)) widen(i + 2);
    if (tokens.is_word(i, "type") && tokens.is_word(0, "alter")) widen(i + 1);
  }
}

/// 'users'::regclass is a table's number, c.oid::regclass its name.
void regclass(const Tokens& tokens, Edits& edits) {
  for_each_cast(tokens, [&](const Cast& cast) {
    std::size_t type = tokens.is_symbol(cast.type + 1, ".") ? cast.type + 2 : cast.type;
    bool is_class = tokens.is_word(type, "regclass");
    if (!is_class && !tokens.is_word(type, "regnamespace")) return;
    sql::TokenKind kind = tokens[cast.value.begin].kind;
    bool is_name = kind == sql::TokenKind::text || kind == sql::TokenKind::parameter ||
                   tokens[cast.value.begin].text.starts_with('$');
    edits.replace(cast.whole,
                  {fmt::format("{}{}_{}(", catalog_prefix, is_class ? "class" : "namespace",
                               is_name ? "oid" : "name"),
                   cast.value, ")"});
  });
}

/// The type's length: 3 of varchar(3); nullopt for types of other kinds and without one.
std::optional<std::string> text_length(const Tokens& tokens, const Cast& cast) {
  if (!tokens.is_any(cast.type, {"varchar", "char", "character", "nvarchar", "nchar", "bpchar"})) {
    return std::nullopt;
  }
  std::size_t open = tokens.is_word(cast.type + 1, "varying") ? cast.type + 2 : cast.type + 1;
  if (!tokens.is_symbol(open, "(") || tokens.next(open) != cast.type_end) return std::nullopt;
  if (tokens[open + 1].kind != sql::TokenKind::number) return std::nullopt;
  return std::string(tokens[open + 1].text);
}

/// A literal or a parameter, which is no float.
bool is_given(const Tokens& tokens, Range value) {
  sql::TokenKind kind = tokens[value.begin].kind;
  return value.size() == 1 && (kind == sql::TokenKind::text || kind == sql::TokenKind::parameter ||
                               tokens[value.begin].text.starts_with('$'));
}

/// x::varchar(3) cuts; on DuckDB it does nothing. A float without a fraction is written as `2`; on
/// DuckDB as `2.0`.
void text_casts(const Tokens& tokens, Edits& edits) {
  bool is_stored = rewrite::is_stored(tokens);
  for_each_cast(tokens, [&](const Cast& cast) {
    if (tokens.is_word(cast.whole.begin, "try_cast")) return;
    Pieces text = {"cast(", cast.value, " as varchar)"};
    bool is_plain = is_stored || is_given(tokens, cast.value);
    if (!is_plain) text = {std::string(catalog_prefix) + "as_text(", cast.value, ")"};
    if (auto length = text_length(tokens, cast)) {
      text.insert(text.begin(),
                  is_stored ? std::string("left(") : std::string(catalog_prefix) + "fit(");
      text.push_back(", " + *length + ")");
      edits.replace(cast.whole, std::move(text));
    } else if (!is_plain && cast.type_end == cast.type + 1 &&
               tokens.is_any(cast.type, {"varchar", "text"})) {
      edits.replace(cast.whole, std::move(text));
    }
  });
}

/// 'now', 'today' and the like; empty for other texts.
std::string relative_time(std::string_view text, bool is_date) {
  std::string word = lower(text);
  if (word == "now") return is_date ? "current_date" : "localtimestamp";
  int days = word == "tomorrow" ? 1 : word == "yesterday" ? -1 : 0;
  if (days == 0 && word != "today") return "";
  return fmt::format("cast(current_date + {} as {})", days, is_date ? "date" : "timestamp");
}

/// A literal that becomes a date or timestamp. Returns false for texts that are fine.
bool read_time(const Tokens& tokens, std::size_t literal, Range whole, bool is_date, Edits& edits) {
  auto text = tokens.text_value(literal);
  if (!text) return false;
  if (std::string relative = relative_time(*text, is_date); !relative.empty()) {
    edits.replace(whole, {relative});
    return true;
  }
  auto iso = iso_date(*text);
  if (iso) edits.replace({literal, literal + 1}, {quoted_text(*iso)});
  return iso.has_value();
}

bool is_time_type(const Tokens& tokens, std::size_t i) {
  return tokens.is_any(i, {"date", "timestamp", "timestamptz"});
}

/// '20190131'::date, date '1/31/2019', cast('now' as timestamp)
void time_literals(const Tokens& tokens, Edits& edits) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    bool is_typed = is_time_type(tokens, i) && (i == 0 || !tokens.is_symbol(i - 1, "::"));
    if (is_typed) read_time(tokens, i + 1, {i, i + 2}, tokens.is_word(i, "date"), edits);
  }
  for_each_cast(tokens, [&](const Cast& cast) {
    if (cast.value.size() != 1 || !is_time_type(tokens, cast.type)) return;
    read_time(tokens, cast.value.begin, cast.whole, tokens.is_word(cast.type, "date"), edits);
  });
}

/// x::date where x may be a text of digits only.
void compact_dates(const Tokens& tokens, Edits& edits) {
  if (rewrite::is_stored(tokens)) return;
  for_each_cast(tokens, [&](const Cast& cast) {
    if (!tokens.is_word(cast.type, "date") || cast.type_end != cast.type + 1) return;
    bool is_known = tokens[cast.value.begin].kind == sql::TokenKind::text ||
                    is_time_type(tokens, cast.value.begin);
    if (is_known || tokens.is_word(cast.whole.begin, "try_cast")) return;
    edits.replace(cast.whole, {std::string(catalog_prefix) + "as_date(", cast.value, ")"});
  });
}

/// 'on'::boolean
void boolean_literals(const Tokens& tokens, Edits& edits) {
  for_each_cast(tokens, [&](const Cast& cast) {
    if (cast.value.size() != 1 || !tokens.is_any(cast.type, {"boolean", "bool"})) return;
    auto text = tokens.text_value(cast.value.begin);
    if (!text) return;
    std::string word = lower(*text);
    if (word == "on") edits.replace({cast.value.begin, cast.value.end}, {"'true'"});
    if (word == "off") edits.replace({cast.value.begin, cast.value.end}, {"'false'"});
  });
}

}  // namespace

std::span<const StatementRewrite> cast_rewrites() {
  static const auto rewrites = std::to_array<StatementRewrite>({
      {"convert_to_cast", {}, convert_to_cast},
      {"float_casts", {}, float_casts},
      {"regclass", {}, regclass, Where::served},
      {"text_casts", {}, text_casts, Where::served},
      {"time_literals", {}, time_literals},
      {"compact_dates", {}, compact_dates, Where::served},
      {"boolean_literals", {}, boolean_literals},
      {"cast_types", {}, cast_types, Where::served},
  });
  return rewrites;
}

}  // namespace sparkify::dialect
