#include "transfer/cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"

namespace sparkify::transfer {
namespace {

/// What may be shown: the literals behind these words, an AS between them or none.
constexpr auto harmless = std::to_array<std::string_view>(
    {"from", "to", "json", "avro", "delimiter", "quote", "fixedwidth", "null", "dateformat",
     "encoding", "acceptinvchars", "timeformat", "iam_role", "region", "extension", "maxfilesize",
     "rowgroupsize", "maxerror"});

std::vector<sql::Token> significant_tokens(std::string_view text, sql::Literals literals) {
  std::vector<sql::Token> tokens = sql::lex(text, literals);
  std::erase_if(tokens, [](const sql::Token& token) { return !token.is_significant(); });
  return tokens;
}

std::string without_escapes(std::string_view body) {
  std::string value;
  for (std::size_t i = 0; i < body.size(); ++i) {
    char c = body[i];
    if (c == '\'' && i + 1 < body.size()) {
      ++i;
    } else if (c == '\\' && i + 1 < body.size()) {
      c = body[++i];
      if (c == 'n') c = '\n';
      if (c == 't') c = '\t';
      if (c == 'r') c = '\r';
      if (c == 'b') c = '\b';
      if (c == 'f') c = '\f';
    }
    value += c;
  }
  return value;
}

}  // namespace

std::string literal_value(std::string_view literal, sql::Literals literals) {
  if (literal.starts_with('$')) {
    std::size_t tag = literal.find('$', 1) + 1;
    return std::string(literal.substr(tag, literal.size() - 2 * tag));
  }
  if (!literal.starts_with('\'')) return without_escapes(literal.substr(2, literal.size() - 3));
  literal = literal.substr(1, literal.size() - 2);
  std::string value;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    bool is_escaped = literals == sql::Literals::escaped && literal.substr(i).starts_with("\\'");
    if (is_escaped) ++i;
    value += literal[i];
    if (literal[i] == '\'' && !is_escaped) ++i;
  }
  return value;
}

namespace {

/// How many bytes of a query's literal at `at` are one of the query.
std::size_t step_in_query(std::string_view text, std::size_t at, sql::Literals literals) {
  char next = at + 1 < text.size() ? text[at + 1] : '\0';
  bool is_escape =
      text[at] == '\\' && literals == sql::Literals::escaped && (next == '\'' || next == '\\');
  return is_escape || text[at] == '\'' ? 2 : 1;
}

}  // namespace

std::size_t offset_in_literal(std::string_view statement, std::size_t literal, std::size_t offset,
                              sql::Literals literals) {
  std::string_view text = statement.substr(literal);
  if (text.starts_with('$')) return literal + text.find('$', 1) + 1 + offset;
  bool has_escapes = !text.starts_with('\'');
  std::size_t at = has_escapes ? 2 : 1;
  for (; offset > 0 && at < text.size(); --offset) {
    at += has_escapes && text[at] == '\\' ? 2 : step_in_query(text, at, literals);
  }
  return std::min(literal + at, statement.size());
}

std::string masked(std::string_view text, sql::Literals literals) {
  std::string shown(text);
  std::string_view before;  // the last word that is not AS
  for (const sql::Token& token : sql::lex(text, literals)) {
    bool is_text = token.kind == sql::TokenKind::text || token.kind == sql::TokenKind::bad;
    if (token.kind == sql::TokenKind::word) {
      if (!token.is_word("as")) before = token.text;
    } else if (is_text) {
      std::string word = base::to_lower(before);
      bool is_shown = std::find(harmless.begin(), harmless.end(), word) != harmless.end();
      // Behind an open bracket stands a query.
      if (!is_shown && before != "(") {
        std::size_t begin = token.offset + std::min<std::size_t>(1, token.text.size());
        std::size_t end = token.offset + token.text.size();
        if (token.kind == sql::TokenKind::text) --end;
        for (std::size_t i = begin; i < end; ++i) {
          if (shown[i] != '\n') shown[i] = '*';
        }
      }
      before = {};
    } else if (token.is_symbol("(")) {
      before = token.text;
    }
  }
  return shown;
}

Cursor::Cursor(const sql::Statement& statement)
    : masked_(statement),
      text_(statement.text),
      tokens_(significant_tokens(text_, statement.literals)) {
  masked_.text = masked(text_, statement.literals);
  masked_.lead.assign(statement.lead.size(), ' ');  // it may be the end of anything
  end_.offset = text_.size();
}

bool Cursor::skip_word(std::string_view lower_case) {
  if (!peek().is_word(lower_case)) return false;
  next();
  return true;
}

bool Cursor::skip_symbol(std::string_view symbol) {
  if (!peek().is_symbol(symbol)) return false;
  next();
  return true;
}

void Cursor::expect_word(std::string_view lower_case) {
  if (!skip_word(lower_case)) {
    std::string upper(lower_case);
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    throw expected(upper);
  }
}

void Cursor::expect_symbol(std::string_view symbol) {
  if (!skip_symbol(symbol)) throw expected(fmt::format("\"{}\"", symbol));
}

std::string Cursor::word() const {
  return peek().kind == sql::TokenKind::word ? base::to_lower(peek().text) : std::string();
}

std::string Cursor::value() const { return literal_value(peek().text, masked_.literals); }

Located Cursor::literal(std::string_view what) {
  if (!is_literal()) throw expected(what);
  Located found{value(), offset()};
  next();
  return found;
}

Located Cursor::query(std::string_view what) {
  if (!is_literal()) throw expected(what);
  bool is_plain = peek().text.starts_with('\'');
  Located found{is_plain ? std::string() : value(), offset()};
  std::string_view body = peek().text;
  for (std::size_t at = 1; is_plain && at + 1 < body.size();) {
    std::size_t step = step_in_query(body, at, masked_.literals);
    found.text += body[at + step - 1];
    at += step;
  }
  next();
  return found;
}

Located Cursor::name(std::string_view what) {
  Located found{{}, offset()};
  if (peek().kind == sql::TokenKind::word) {
    found.text = base::to_lower(peek().text);
  } else if (peek().kind == sql::TokenKind::quoted) {
    std::string_view body = peek().text.substr(1, peek().text.size() - 2);
    for (std::size_t i = 0; i < body.size(); ++i) {
      found.text += body[i];
      if (body[i] == '"') ++i;
    }
    found.text = base::to_lower(found.text);
  }
  if (found.text.empty()) throw expected(what);
  next();
  return found;
}

std::uint64_t Cursor::number(std::string_view what, std::uint64_t least, std::uint64_t most) {
  bool is_number = peek().kind == sql::TokenKind::number || is_literal();
  std::string text = is_literal() ? value() : std::string(peek().text);
  std::uint64_t value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!is_number || failure != std::errc() || end != text.data() + text.size() || value < least ||
      value > most) {
    throw expected(fmt::format("{} from {} to {}", what, least, most));
  }
  next();
  return value;
}

base::Error Cursor::error(std::size_t offset, std::string message) const {
  return base::Error(base::ErrorKind::sql, std::move(message))
      .at(masked_.place(offset))
      .sql_state("42601");
}

base::Error Cursor::expected(std::string_view what) const {
  if (is_at_end()) return error(fmt::format("expected {}, but the statement ends", what));
  // A literal may be a secret.
  bool is_shown = peek().kind != sql::TokenKind::text && peek().kind != sql::TokenKind::bad;
  constexpr std::size_t most_bytes = 40;
  std::string found = is_shown && peek().text.size() <= most_bytes
                          ? fmt::format("\"{}\"", peek().text)
                          : std::string(is_shown ? "something else" : "a literal");
  return error(fmt::format("expected {}, found {}", what, found));
}

}  // namespace sparkify::transfer
