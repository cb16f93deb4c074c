#include "sql/script.hpp"

#include <algorithm>
#include <utility>

#include "sql/lexer.hpp"

namespace sparkify::sql {
namespace {

using base::Error;
using base::ErrorKind;

/// An error shows about 100 bytes of a line, so no statement keeps more of what stands before it.
constexpr std::size_t lead_bytes = 100;

/// Follows the line and column of an offset that only grows.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  void advance(std::size_t offset) {
    for (; at_ < offset; ++at_) {
      if (text_[at_] != '\n') continue;
      ++line_;
      line_start_ = at_ + 1;
    }
  }
  std::size_t line() const { return line_; }
  std::size_t line_start() const { return line_start_; }
  std::size_t column() const { return at_ - line_start_ + 1; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
};

std::string_view line_at(std::string_view text, std::size_t start) {
  std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

[[noreturn]] void throw_unterminated(const Token& token, std::string_view text,
                                     std::string_view file) {
  LineCounter counter(text);
  counter.advance(token.offset);
  std::string_view what = "text literal";
  std::string_view close = "'";
  if (token.text.starts_with('"')) what = "quoted name", close = "\"";
  if (token.text.starts_with("/*")) what = "comment", close = "*/";
  if (token.text.starts_with('$')) close = token.text.substr(0, token.text.find('$', 1) + 1);
  throw Error(ErrorKind::sql, "unterminated " + std::string(what))
      .at({std::string(file), counter.line(), counter.column(),
           std::string(line_at(text, counter.line_start()))})
      .hint("close it with " + std::string(close));
}

/// Gathers tokens into the statement they belong to.
class Splitter {
 public:
  Splitter(std::string_view text, std::string_view file, Literals literals)
      : text_(text), file_(file), literals_(literals), counter_(text) {}

  std::vector<Statement> run() {
    for (const Token& token : lex(text_, literals_)) {
      if (token.kind == TokenKind::bad) throw_unterminated(token, text_, file_);
      if (token.is_symbol("(")) ++depth_;
      if (token.is_symbol(")") && depth_ > 0) --depth_;
      if (token.is_symbol(";") && depth_ == 0) {
        finish();
      } else if (token.is_significant()) {
        if (begin_ == end_) begin_ = token.offset;
        end_ = token.offset + token.text.size();
      }
    }
    finish();
    return std::move(statements_);
  }

 private:
  void finish() {
    if (begin_ != end_) {
      counter_.advance(begin_);
      std::size_t lead = std::min(begin_ - counter_.line_start(), lead_bytes);
      statements_.push_back({std::string(text_.substr(begin_, end_ - begin_)), std::string(file_),
                             counter_.line(), counter_.column(),
                             std::string(text_.substr(begin_ - lead, lead)), literals_});
    }
    begin_ = end_ = 0;
    depth_ = 0;
  }

  std::string_view text_;
  std::string_view file_;
  Literals literals_;
  LineCounter counter_;
  std::vector<Statement> statements_;
  std::size_t begin_ = 0, end_ = 0, depth_ = 0;
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

void append(std::string& target, std::string_view text) {
  if (!target.empty() && !text.empty()) target += ' ';
  target += text;
}

void add_needs(std::vector<std::string>& needs, std::string_view list) {
  while (!list.empty()) {
    std::size_t comma = std::min(list.find(','), list.size());
    if (auto name = trim(list.substr(0, comma)); !name.empty()) needs.emplace_back(name);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
}

/// Takes the lines of a file's opening comment one by one, without their dashes.
class HeaderReader {
 public:
  void take(std::string_view line) {
    ++line_;
    for (std::string_view key : {"grain", "needs", "placed"}) {
      std::string_view rest = trim(line);
      if (!rest.starts_with(key) || !rest.substr(key.size()).starts_with(':')) continue;
      header_.line_of.emplace(key, line_);
      key_ = key;
      return add(trim(rest.substr(key.size() + 1)), true);
    }
    if (key_.empty()) {
      if (!trim(line).empty()) header_.line_of.emplace("purpose", line_);
      append(header_.purpose, trim(line));
    } else if (line.starts_with("   ")) {
      add(trim(line), false);
    }
  }
  void skip_line() { ++line_; }
  Header result() { return std::move(header_); }

 private:
  void add(std::string_view value, bool is_first) {
    if (key_ == "grain") return append(header_.grain, value);
    if (key_ == "needs") return add_needs(header_.needs, value);
    if (is_first) {
      std::size_t blank = std::min(value.find_first_of(" \t"), value.size());
      layout_ = value.substr(0, blank);
      value = trim(value.substr(blank));
      header_.line_of.emplace("placed " + layout_, line_);
    }
    append(header_.placed[layout_], value);
  }

  Header header_;
  std::string_view key_;  ///< of the last key line: a literal of take()
  std::string layout_;
  std::size_t line_ = 0;
};

}  // namespace

base::Place Statement::place(std::size_t offset) const {
  offset = std::min(offset, text.size());
  LineCounter counter(text);
  counter.advance(offset);
  std::string excerpt(line_at(text, counter.line_start()));
  if (counter.line() > 1) return {file, line + counter.line() - 1, counter.column(), excerpt};
  std::string before(column - 1 - std::min(column - 1, lead.size()), ' ');
  return {file, line, column + counter.column() - 1, before + lead + excerpt};
}

std::vector<Statement> split(std::string_view text, std::string_view file, Literals literals) {
  return Splitter(text, file, literals).run();
}

Header header(std::string_view text) {
  HeaderReader reader;
  bool has_begun = false;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with("--")) {
      has_begun = true;
      reader.take(line.substr(2));
    } else if (line.empty() && !has_begun) {
      reader.skip_line();
    } else {
      break;
    }
  }
  return reader.result();
}

}  // namespace sparkify::sql
