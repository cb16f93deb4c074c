#include "field/stream.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace sparkify::field {
namespace {

using base::Error;
using base::ErrorKind;

Error bad_format(std::string what) {
  return Error(ErrorKind::bad_data, std::move(what)).sql_state("22P04");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

bool is_set(const std::vector<bool>& columns, std::size_t column) {
  return column < columns.size() && columns[column];
}

}  // namespace

void StreamReader::feed(std::string_view bytes) {
  if (is_ended_) return;
  // Only now: the last record's texts have lain there.
  pending_.erase(0, begin_);
  begin_ = 0;
  pending_ += bytes;
}

/// Where the record that begins at begin_ ends; nothing when that has not come yet.
std::optional<std::size_t> StreamReader::find_end() {
  std::string_view rest = std::string_view(pending_).substr(begin_);
  const char wanted[] = {'\n', layout_.is_csv ? layout_.quote : '\\',
                         layout_.is_csv ? layout_.escape : '\\'};
  while ((scanned_ = rest.find_first_of({wanted, sizeof wanted}, scanned_)) !=
         std::string_view::npos) {
    char found = rest[scanned_];
    bool is_escape = !layout_.is_csv ||
                     (is_quoted_ && found == layout_.escape && layout_.escape != layout_.quote);
    if (found == '\n' && !is_quoted_) return scanned_;
    if (found != '\n' && is_escape) {
      // What is escaped ends nothing, and may not have come yet.
      if (scanned_ + 1 >= rest.size()) break;
      scanned_ += 2;
      continue;
    }
    if (found == layout_.quote && layout_.is_csv) is_quoted_ = !is_quoted_;
    ++scanned_;
  }
  if (scanned_ == std::string_view::npos) scanned_ = rest.size();
  return std::nullopt;
}

bool StreamReader::take_record() {
  if (is_ended_) return false;
  std::optional<std::size_t> end = find_end();
  std::string_view rest = std::string_view(pending_).substr(begin_);
  if (!end && rest.size() > most_record_bytes) {
    throw bad_format(fmt::format("a row is longer than {} bytes", most_record_bytes));
  }
  bool is_last = !end && is_over_ && !rest.empty();
  line_ = lines_read_ + 1;
  if (is_last && is_quoted_) throw bad_format("unterminated CSV quoted field");
  if (!end && !is_last) return false;
  raw_ = rest.substr(0, end.value_or(rest.size()));
  begin_ += raw_.size() + (end ? 1 : 0);
  scanned_ = 0;
  lines_read_ += 1 + static_cast<std::uint64_t>(std::count(raw_.begin(), raw_.end(), '\n'));
  if (raw_.ends_with('\r')) raw_.remove_suffix(1);
  is_ended_ = raw_ == "\\.";
  return !is_ended_;
}

bool StreamReader::next(std::vector<Field>& fields) {
  while (take_record()) {
    if (std::exchange(has_header_, false)) continue;
    if (raw_.find('\0') != std::string_view::npos) {
      throw Error(ErrorKind::bad_data, "invalid byte sequence for encoding \"UTF8\": 0x00")
          .sql_state("22021");
    }
    split(fields);
    return true;
  }
  return false;
}

void StreamReader::split(std::vector<Field>& fields) {
  fields.clear();
  scratch_.clear();
  // Resolved texts are never longer; so that views of them stay.
  scratch_.reserve(raw_.size());
  for (std::size_t at = 0;; ++at) {
    if (fields.size() == columns_.size()) throw bad_format("extra data after last expected column");
    std::size_t position = at, begin = scratch_.size();
    bool is_null = false;
    if (layout_.is_csv) {
      take_csv(at, is_null, fields.size());
    } else {
      take_text(at, is_null);
    }
    std::string_view text = std::string_view(scratch_).substr(begin);
    fields.push_back({text, position, is_null ? Field::Kind::null : Field::Kind::text});
    if (at >= raw_.size()) break;
  }
  if (fields.size() < columns_.size()) {
    throw bad_format(fmt::format("missing data for column \"{}\"", columns_[fields.size()]));
  }
}

/// A field up to its delimiter; `at` is there then.
void StreamReader::take_text(std::size_t& at, bool& is_null) {
  std::size_t begin = at;
  const char wanted[] = {layout_.delimiter, '\\'};
  for (;;) {
    std::size_t stop = std::min(raw_.find_first_of({wanted, sizeof wanted}, at), raw_.size());
    scratch_ += raw_.substr(at, stop - at);
    at = stop;
    if (at == raw_.size() || raw_[at] == layout_.delimiter) break;
    take_escape(at);
  }
  // Escapes mean nothing in what stands for NULL.
  is_null = raw_.substr(begin, at - begin) == layout_.null_as;
}

/// A backslash and what it makes of the characters behind it.
void StreamReader::take_escape(std::size_t& at) {
  ++at;
  if (at == raw_.size()) {
    scratch_ += '\\';
    return;
  }
  constexpr std::string_view letters = "bfnrtv", meanings = "\b\f\n\r\t\v";
  char c = raw_[at++];
  if (std::size_t letter = letters.find(c); letter != std::string_view::npos) {
    c = meanings[letter];
  } else if (is_octal(c)) {
    int value = c - '0';
    for (int count = 1; count < 3 && at < raw_.size() && is_octal(raw_[at]); ++count) {
      value = value * 8 + (raw_[at++] - '0');
    }
    c = static_cast<char>(value);
  } else if (c == 'x' && at < raw_.size() && hex_digit(raw_[at]) >= 0) {
    int value = hex_digit(raw_[at++]);
    if (at < raw_.size() && hex_digit(raw_[at]) >= 0) value = value * 16 + hex_digit(raw_[at++]);
    c = static_cast<char>(value);
  }
  if (c == '\0') {
    throw Error(ErrorKind::bad_data, "invalid byte sequence for encoding \"UTF8\": 0x00")
        .sql_state("22021");
  }
  scratch_ += c;
}

void StreamReader::take_csv(std::size_t& at, bool& is_null, std::size_t column) {
  std::size_t begin = scratch_.size();
  bool is_quoted = false, was_quoted = false;
  for (; at < raw_.size(); ++at) {
    char c = raw_[at];
    if (!is_quoted) {
      if (c == layout_.delimiter) break;
      is_quoted = c == layout_.quote;
      was_quoted = was_quoted || is_quoted;
      if (is_quoted) continue;
    } else if (c == layout_.escape && at + 1 < raw_.size() &&
               (raw_[at + 1] == layout_.escape || raw_[at + 1] == layout_.quote)) {
      c = raw_[++at];
    } else if (c == layout_.quote) {
      is_quoted = false;
      continue;
    }
    scratch_ += c;
  }
  bool may_be_null = was_quoted ? is_set(layout_.is_null_if_quoted, column)
                                : !is_set(layout_.may_not_be_null, column);
  is_null = may_be_null && std::string_view(scratch_).substr(begin) == layout_.null_as;
}

}  // namespace sparkify::field
