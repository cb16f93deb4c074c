#include "dialect/tokens.hpp"

#include <algorithm>
#include <utility>

namespace sparkify::dialect {
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

}  // namespace

Tokens::Tokens(const sql::Statement& statement) : statement_(statement) {
  bool has_comment = false;
  std::vector<std::size_t> open;
  for (const sql::Token& token : sql::lex(statement.text)) {
    if (token.kind == sql::TokenKind::comment) has_comment = true;
    if (!token.is_significant()) continue;
    std::size_t i = significant_.size();
    if (token.is_symbol("(") || token.is_symbol("[") || token.is_symbol("{")) open.push_back(i);
    if ((token.is_symbol(")") || token.is_symbol("]") || token.is_symbol("}")) && !open.empty()) {
      close_[open.back()] = i;
      open.pop_back();
    }
    significant_.push_back(token);
    close_.push_back(std::string::npos);
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
  return open < size() ? std::min(close_[open], size()) : size();
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
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return result;
}

std::optional<std::string> text_value(const sql::Token& token) {
  if (token.kind != sql::TokenKind::text) return std::nullopt;
  std::string_view text = token.text;
  if (text.starts_with('$')) {
    std::size_t tag = text.find('$', 1) + 1;
    return std::string(text.substr(tag, text.size() - 2 * tag));
  }
  if (text.starts_with('\'')) return replaced(text.substr(1, text.size() - 2), "''", "'");
  if (text.find('\\') != std::string_view::npos) return std::nullopt;
  return replaced(text.substr(2, text.size() - 3), "''", "'");
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
  return '"' + replaced(name, "\"", "\"\"") + '"';
}

std::string quoted_text(std::string_view text) { return '\'' + replaced(text, "'", "''") + '\''; }

}  // namespace sparkify::dialect
