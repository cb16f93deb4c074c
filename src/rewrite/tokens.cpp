#include "rewrite/tokens.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.hpp"

namespace sparkify::rewrite {
namespace {

std::string replaced(std::string_view text, std::string_view part, std::string_view by) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t found = std::min(text.find(part, at), text.size());
    result += text.substr(at, found - at);
    if (found < text.size()) result += by;
    at = found < text.size() ? found + part.size() : found;
  }
  return result;
}

void append_utf8(std::string& out, unsigned long code) {
  auto add = [&](unsigned long byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return add(code);
  if (code < 0x800) return add(0xC0 | code >> 6), add(0x80 | (code & 0x3F));
  if (code < 0x10000) {
    return add(0xE0 | code >> 12), add(0x80 | (code >> 6 & 0x3F)), add(0x80 | (code & 0x3F));
  }
  add(0xF0 | (code >> 18 & 0x07)), add(0x80 | (code >> 12 & 0x3F));
  add(0x80 | (code >> 6 & 0x3F)), add(0x80 | (code & 0x3F));
}

/// Reads up to `most` digits of a number and moves `at` behind them; none is no number.
std::optional<unsigned long> read_number(std::string_view text, std::size_t& at, std::size_t most,
                                         int base) {
  unsigned long number = 0;
  std::string_view digits = text.substr(std::min(at, text.size()), most);
  auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (end.ec != std::errc()) return std::nullopt;
  at += static_cast<std::size_t>(end.ptr - digits.data());
  return number;
}

/// What stands between the quotes of a literal with escapes.
/// Source: "String Constants with C-Style Escapes" of PostgreSQL's documentation.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    char c = text[at++];
    if (c == '\'' && at < text.size()) ++at;
    if (c != '\\' || at == text.size()) {
      result += c;
      continue;
    }
    c = text[at++];
    constexpr std::string_view letters = "bfnrt", bytes = "\b\f\n\r\t";
    if (std::size_t letter = letters.find(c); letter != std::string_view::npos) {
      result += bytes[letter];
    } else if (c == 'x' || c == 'u' || c == 'U') {
      auto number = read_number(text, at, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16);
      if (!number)
        result += c;
      else if (c == 'x')
        result += static_cast<char>(*number);
      else
        append_utf8(result, *number);
    } else if (c >= '0' && c <= '7') {
      --at;
      result += static_cast<char>(read_number(text, at, 3, 8).value_or(0));
    } else {
      result += c;
    }
  }
  return result;
}

char lower_byte(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

Tokens::Tokens(const sql::Statement& statement, Names names)
    : statement_(statement), text_(statement.text) {
  bool has_comment = false;
  std::vector<std::size_t> open;
  for (const sql::Token& token : sql::lex(text_, statement.literals)) {
    if (token.kind == sql::TokenKind::comment) has_comment = true;
    if (!token.is_significant()) continue;
    bool is_name = token.kind == sql::TokenKind::word || token.kind == sql::TokenKind::quoted;
    if (is_name && names == Names::folded) {
      auto begin = text_.begin() + static_cast<std::ptrdiff_t>(token.offset);
      std::transform(begin, begin + static_cast<std::ptrdiff_t>(token.text.size()), begin,
                     lower_byte);
    }
    std::size_t i = significant_.size();
    if (token.is_symbol("(") || token.is_symbol("[") || token.is_symbol("{")) open.push_back(i);
    significant_.push_back(token);
    pair_.push_back(std::string::npos);
    if ((token.is_symbol(")") || token.is_symbol("]") || token.is_symbol("}")) && !open.empty()) {
      pair_[open.back()] = i;
      pair_[i] = open.back();
      open.pop_back();
    }
    has_comment_before_.push_back(std::exchange(has_comment, false));
  }
}

const sql::Token& Tokens::operator[](std::size_t i) const {
  static const sql::Token none{sql::TokenKind::symbol, {}, 0};
  return i < size() ? significant_[i] : none;
}

bool Tokens::is_word(std::size_t i, std::string_view lower_case) const {
  return (*this)[i].is_word(lower_case);
}

bool Tokens::is_any(std::size_t i, std::initializer_list<std::string_view> lower_case) const {
  return std::any_of(lower_case.begin(), lower_case.end(),
                     [&](std::string_view word) { return is_word(i, word); });
}

bool Tokens::are_words(std::size_t i, std::initializer_list<std::string_view> lower_case) const {
  return std::all_of(lower_case.begin(), lower_case.end(),
                     [&](std::string_view word) { return is_word(i++, word); });
}

bool Tokens::is_symbol(std::size_t i, std::string_view symbol) const {
  return (*this)[i].is_symbol(symbol);
}

bool Tokens::is_name(std::size_t i) const {
  sql::TokenKind kind = (*this)[i].kind;
  return kind == sql::TokenKind::word || kind == sql::TokenKind::quoted;
}

std::size_t Tokens::close(std::size_t open) const {
  return open < size() && pair_[open] > open ? std::min(pair_[open], size()) : size();
}

std::size_t Tokens::open(std::size_t close) const {
  return close < size() && pair_[close] < close ? pair_[close] : size();
}

std::size_t Tokens::next(std::size_t i) const {
  std::size_t end = close(i);
  return end < size() ? end + 1 : i + 1;
}

std::vector<Range> Tokens::arguments(std::size_t open) const {
  std::size_t end = close(open);
  std::vector<Range> found;
  if (end == size() || open + 1 == end) return found;
  found.push_back({open + 1, end});
  for (std::size_t i = open + 1; i < end; i = next(i)) {
    if (!is_symbol(i, ",")) continue;
    found.back().end = i;
    found.push_back({i + 1, end});
  }
  return found;
}

std::size_t Tokens::end_of_name(std::size_t i) const {
  if (!is_name(i)) return i;
  while (is_symbol(i + 1, ".") && is_name(i + 2)) i += 2;
  return i + 1;
}

bool Tokens::is_call(std::size_t i) const {
  if ((*this)[i].kind != sql::TokenKind::word || !is_symbol(i + 1, "(")) return false;
  if (close(i + 1) == size()) return false;
  if (i == 0) return true;
  return !is_symbol(i - 1, ".") &&
         !is_any(i - 1, {"table", "into", "exists", "view", "as", "with", "references", "copy"});
}

std::size_t Tokens::begin_byte(std::size_t i) const {
  return i < size() ? significant_[i].offset : text().size();
}

std::size_t Tokens::end_byte(std::size_t i) const {
  return i < size() ? significant_[i].offset + significant_[i].text.size() : text().size();
}

bool Tokens::has_comment_before(std::size_t i) const {
  return i < size() && has_comment_before_[i];
}

std::string_view Tokens::text(Range range) const {
  if (range.begin >= range.end) return {};
  return text().substr(begin_byte(range.begin), end_byte(range.end - 1) - begin_byte(range.begin));
}

base::Error Tokens::error(std::size_t i, std::string message) const {
  return base::Error(base::ErrorKind::sql, std::move(message)).at(statement_.place(begin_byte(i)));
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower_byte);
  return result;
}

std::optional<std::string> Tokens::text_value(std::size_t i) const {
  return rewrite::text_value((*this)[i], statement_.literals);
}

std::optional<std::string> text_value(const sql::Token& token, sql::Literals literals) {
  if (token.kind != sql::TokenKind::text) return std::nullopt;
  std::string_view text = token.text;
  if (text.starts_with('$')) {
    std::size_t tag = text.find('$', 1) + 1;
    return std::string(text.substr(tag, text.size() - 2 * tag));
  }
  if (!text.starts_with('\'')) return unescaped(text.substr(2, text.size() - 3));
  text = text.substr(1, text.size() - 2);
  return literals == sql::Literals::escaped ? unescaped(text) : replaced(text, "''", "'");
}

std::string name_value(const sql::Token& token) {
  if (token.kind != sql::TokenKind::quoted) return lower(token.text);
  return replaced(token.text.substr(1, token.text.size() - 2), "\"\"", "\"");
}

std::string quoted_name(std::string_view name) {
  auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  auto is_part = [&](char c) { return is_plain(c) || (c >= '0' && c <= '9'); };
  if (!name.empty() && is_plain(name[0]) && std::all_of(name.begin(), name.end(), is_part)) {
    return std::string(name);
  }
  return base::quoted(name, '"');
}

std::string quoted_text(std::string_view text) { return base::quoted(text, '\''); }

}  // namespace sparkify::rewrite
