#include "sql/lexer.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/text.hpp"

namespace sparkify::sql {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) { return is_name_start(c) || base::is_digit(c) || c == '$'; }

/// Longest first. Those of one byte need no row; `//` has none, `//*` would hide a comment.
constexpr auto operators = std::to_array<std::string_view>(
    {"!~~*", "->>", "#>>", "~~*", "!~*", "!~~", "::", ":=", "<=", ">=", "<>", "!=", "||", "=>",
     "==",   "->",  "#>",  "~*",  "!~",  "~~",  "**", "<<", ">>", "@>", "<@", "^@", "&&"});

class Lexer {
 public:
  Lexer(std::string_view text, Literals literals) : text_(text), literals_(literals) {
    tokens_.reserve(text.size() / 4 + 1);
  }

  std::vector<Token> run() {
    while (at_ < text_.size()) step();
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool starts(std::string_view part) const { return text_.substr(at_, part.size()) == part; }

  void push(TokenKind kind, std::size_t end) {
    tokens_.push_back({kind, text_.substr(at_, end - at_), at_});
    at_ = end;
  }
  /// `end` is npos when the closing mark is missing.
  void push_closed(TokenKind kind, std::size_t end) {
    push(end == npos ? TokenKind::bad : kind, end == npos ? text_.size() : end);
  }
  template <typename Predicate>
  std::size_t end_of(std::size_t from, Predicate is_part) const {
    auto end =
        std::find_if_not(text_.begin() + static_cast<std::ptrdiff_t>(from), text_.end(), is_part);
    return static_cast<std::size_t>(end - text_.begin());
  }

  void step() {
    char c = peek();
    if (is_space(c)) return push(TokenKind::space, end_of(at_, is_space));
    if (starts("--")) {
      return push(TokenKind::comment, std::min(text_.find('\n', at_), text_.size()));
    }
    if (starts("/*")) return push_closed(TokenKind::comment, end_of_comment());
    if (c == '\'') {
      bool has_escapes = literals_ == Literals::escaped;
      return push_closed(TokenKind::text, end_of_quoted(at_ + 1, '\'', has_escapes));
    }
    if (c == '"') return push_closed(TokenKind::quoted, end_of_quoted(at_ + 1, '"', false));
    if ((c == 'e' || c == 'E') && peek(1) == '\'') {
      return push_closed(TokenKind::text, end_of_quoted(at_ + 2, '\'', true));
    }
    if (is_name_start(c) || is_temporary_name()) {
      return push(TokenKind::word, end_of(at_ + 1, is_name_part));
    }
    if (base::is_digit(c) || (c == '.' && base::is_digit(peek(1)))) {
      return push(TokenKind::number, end_of_number());
    }
    if (c == '$') return push_dollar();
    if (c == ':' && is_name_start(peek(1)) && !is_slice_colon()) {
      return push(TokenKind::parameter, end_of(at_ + 1, is_name_part));
    }
    push_symbol();
  }

  /// `#plays`, a temporary table on Redshift.
  bool is_temporary_name() const {
    if (literals_ != Literals::escaped || peek() != '#' || !is_name_start(peek(1))) return false;
    return at_ == 0 || !is_name_part(text_[at_ - 1]);
  }

  std::size_t end_of_comment() const {
    std::size_t depth = 1;
    for (std::size_t i = at_ + 2; i + 1 < text_.size();) {
      if (text_[i] == '*' && text_[i + 1] == '/') {
        i += 2;
        if (--depth == 0) return i;
      } else if (text_[i] == '/' && text_[i + 1] == '*') {
        i += 2;
        ++depth;
      } else {
        ++i;
      }
    }
    return npos;
  }

  std::size_t end_of_quoted(std::size_t from, char quote, bool has_escapes) const {
    for (std::size_t i = from; i < text_.size(); ++i) {
      if (has_escapes && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (i + 1 == text_.size() || text_[i + 1] != quote) return i + 1;
        ++i;
      }
    }
    return npos;
  }

  std::size_t end_of_number() const {
    std::size_t end = end_of(at_, base::is_digit);
    auto byte = [&](std::size_t i) { return i < text_.size() ? text_[i] : '\0'; };
    if (byte(end) == '.') end = end_of(end + 1, base::is_digit);
    if (byte(end) == 'e' || byte(end) == 'E') {
      std::size_t sign = byte(end + 1) == '+' || byte(end + 1) == '-' ? 1 : 0;
      if (base::is_digit(byte(end + 1 + sign))) end = end_of(end + 1 + sign, base::is_digit);
    }
    return end;
  }

  /// `$1`, `$tag$ body $tag$`, or a lone `$`.
  void push_dollar() {
    if (base::is_digit(peek(1))) return push(TokenKind::symbol, end_of(at_ + 1, base::is_digit));
    auto is_tag = [](char c) { return c != '$' && is_name_part(c); };
    std::size_t tag_end = end_of(at_ + 1, is_tag);
    if (tag_end == text_.size() || text_[tag_end] != '$') return push(TokenKind::symbol, at_ + 1);
    std::string_view tag = text_.substr(at_, tag_end + 1 - at_);
    std::size_t close = text_.find(tag, tag_end + 1);
    push_closed(TokenKind::text, close == npos ? npos : close + tag.size());
  }

  /// `a:b` directly inside [ ] or { } is a slice or a field, `[:b]` a parameter.
  bool is_slice_colon() const {
    if (tokens_.empty() || open_.empty() || open_.back() == '(') return false;
    const Token& before = tokens_.back();
    if (!before.is_significant()) return false;
    return before.kind != TokenKind::symbol || before.text == ")" || before.text == "]";
  }

  void push_symbol() {
    char c = peek();
    if (c == '(' || c == '[' || c == '{') open_.push_back(c);
    if ((c == ')' || c == ']' || c == '}') && !open_.empty()) open_.pop_back();
    auto match = std::find_if(operators.begin(), operators.end(),
                              [&](std::string_view symbol) { return starts(symbol); });
    push(TokenKind::symbol, at_ + (match == operators.end() ? 1 : match->size()));
  }

  std::string_view text_;
  Literals literals_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::string open_;  ///< the brackets that are open, outermost first
};

}  // namespace

bool Token::is_word(std::string_view lower_case) const {
  auto is_same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return kind == TokenKind::word &&
         std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(), is_same);
}

std::vector<Token> lex(std::string_view text, Literals literals) {
  return Lexer(text, literals).run();
}

}  // namespace sparkify::sql
