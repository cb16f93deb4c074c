#include "session/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace sparkify::session {
namespace {

std::string without_doubles(std::string_view text, char quote) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == quote && i + 1 < text.size() && text[i + 1] == quote) ++i;
  }
  return result;
}

char escaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    default:
      return c;
  }
}

}  // namespace

std::string unquoted(const sql::Token& token, sql::Literals literals) {
  std::string_view text = token.text;
  if (token.kind == sql::TokenKind::quoted) {
    return without_doubles(text.substr(1, text.size() - 2), '"');
  }
  if (token.kind != sql::TokenKind::text) return std::string(text);
  if (text.front() == '$') {
    std::size_t tag = text.find('$', 1) + 1;
    return std::string(text.substr(tag, text.size() - 2 * tag));
  }
  std::size_t quote = text.find('\'');
  std::string plain = without_doubles(text.substr(quote + 1, text.size() - quote - 2), '\'');
  if (quote == 0 && literals == sql::Literals::standard) return plain;
  std::string result;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    bool is_escape = plain[i] == '\\' && i + 1 < plain.size();
    result += is_escape ? escaped(plain[++i]) : plain[i];
  }
  return result;
}

Words::Words(const sql::Statement& statement) : statement_(statement) {
  for (const sql::Token& token : sql::lex(statement.text, statement.literals)) {
    if (token.is_significant()) tokens_.push_back(token);
  }
  none_ = {sql::TokenKind::space, {}, statement.text.size()};
}

const sql::Token& Words::peek(std::size_t ahead) const {
  return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : none_;
}

bool Words::is_any(std::initializer_list<std::string_view> lower_words) const {
  return std::any_of(lower_words.begin(), lower_words.end(),
                     [&](std::string_view word) { return is(word); });
}

bool Words::take(std::string_view lower_word) {
  if (!is(lower_word)) return false;
  ++at_;
  return true;
}

bool Words::take_all(std::initializer_list<std::string_view> lower_words) {
  std::size_t ahead = 0;
  for (std::string_view word : lower_words) {
    if (!peek(ahead++).is_word(word)) return false;
  }
  at_ += ahead;
  return true;
}

bool Words::take_symbol(std::string_view symbol) {
  if (!peek().is_symbol(symbol)) return false;
  ++at_;
  return true;
}

const sql::Token& Words::next() {
  const sql::Token& token = peek();
  if (!is_end()) ++at_;
  return token;
}

std::string Words::name() {
  const sql::Token& token = peek();
  if (token.kind == sql::TokenKind::word) return base::to_lower(next().text);
  if (token.kind == sql::TokenKind::quoted) return unquoted(next(), statement_.literals);
  throw error("a name");
}

std::string Words::value() {
  std::string sign = take_symbol("-") ? "-" : "";
  const sql::Token& token = peek();
  bool is_value = token.kind == sql::TokenKind::word || token.kind == sql::TokenKind::quoted ||
                  token.kind == sql::TokenKind::text || token.kind == sql::TokenKind::number;
  if (!is_value) throw error("a value");
  return sign + unquoted(next(), statement_.literals);
}

void Words::end() const {
  if (!is_end()) throw error("the end");
}

base::Error Words::error(const std::string& expected) const {
  std::string found =
      is_end() ? "at end of input" : fmt::format("at or near \"{}\"", peek().text.substr(0, 60));
  return base::Error(base::ErrorKind::sql, fmt::format("syntax error {}", found))
      .at(statement_.place(peek().offset))
      .hint(fmt::format("expected {}", expected))
      .sql_state("42601");
}

}  // namespace sparkify::session
