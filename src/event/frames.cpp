#include "event/frames.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "event/reader.hpp"
#include "event/record.hpp"

namespace sparkify::event {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::size_t least_step_bytes = 64 << 10;
/// A longer line is not taken for a value before it is looked at.
constexpr std::size_t most_guess_bytes = 256 << 10;
constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void Window::reset(Input& input) {
  input_ = &input;
  begin_ = end_ = 0;
  buffer_position_ = input.first_byte();
}

void Window::refill() {
  std::size_t held = end_ - begin_;
  std::size_t expected = input_->expected_bytes();
  if (expected == 0 || held >= usual_bytes / 2) return;
  make_room(std::min(held + expected, usual_bytes));
  fill(std::min(held + expected, capacity_));
}

void Window::grow() {
  std::size_t held = end_ - begin_;
  std::size_t wanted =
      std::min(held + std::max(held, least_step_bytes), Reader::max_line_bytes + least_step_bytes);
  make_room(wanted);
  fill(wanted);
}

/// Moves the unread bytes to the front of a buffer of at least `capacity`.
void Window::make_room(std::size_t capacity) {
  std::size_t held = end_ - begin_;
  if (capacity > capacity_) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity + RecordParser::padding_bytes);
    if (held > 0) std::memcpy(larger.get(), buffer_.get() + begin_, held);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  } else if (held > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held);
  }
  buffer_position_ += begin_;
  begin_ = 0;
  end_ = held;
}

void Window::fill(std::size_t end) {
  while (end_ < end && !is_complete()) {
    end_ += input_->read({buffer_.get() + end_, end - end_});
  }
  std::memset(buffer_.get() + end_, ' ', RecordParser::padding_bytes);
}

void Frames::reset(base::Object& object, const base::ObjectEntry& entry, Compression compression,
                   Piece piece) {
  input_.reset(object, entry, compression, piece);
  window_.reset(input_);
  piece_ = piece;
  has_begun_ = false;
  bool has_pieces = compression == Compression::none && framing_ != Framing::objects;
  limit_ = has_pieces ? piece.end : no_limit;
  text_begin_ = 0;
  lines_ = 0;
  line_begin_ = 0;
  is_in_line_ = false;
  is_guessing_ = true;
}

Frames::Step Frames::next(Frame& frame, bool is_lent) {
  if (!has_begun_) begin();
  frame.is_guess = false;
  if (framing_ == Framing::values) return next_value(frame, is_lent);
  return framing_ == Framing::lines ? next_line(frame, is_lent) : next_object(frame, is_lent);
}

void Frames::begin() {
  has_begun_ = true;
  if (piece_.begin > 0) {
    skip_line(limit_);  // it began in an earlier piece, perhaps only its end is here
    lines_ = 0;
    is_in_line_ = false;
  } else if (window_.rest().starts_with(byte_order_mark)) {
    window_.consume(byte_order_mark.size());
    text_begin_ = line_begin_ = window_.position();
  }
  bool is_first = piece_.begin == 0;
  for (std::uint64_t i = 0; is_first && i < header_lines_; ++i) skip_line(no_limit);
}

Frames::Step Frames::next_line(Frame& frame, bool is_lent) {
  for (;;) {
    std::uint64_t position = window_.position();
    if (position >= limit_ && position > text_begin_) return Step::end;
    std::string_view rest = window_.rest();
    std::size_t size = std::min(rest.find('\n'), rest.size());
    bool has_end = size < rest.size();
    if (!has_end && !window_.is_complete() && size <= Reader::max_line_bytes) {
      if (is_lent) return Step::full;
      window_.grow();
      continue;
    }
    if (rest.empty()) return Step::end;
    if (size > Reader::max_line_bytes) {
      if (is_lent) return Step::full;
      line_begin_ = position;
      take_too_long(frame);
      return Step::frame;
    }
    ++lines_;
    window_.consume(size + (has_end ? 1 : 0));
    frame.raw = trim_trailing_blanks(rest.substr(0, size));
    frame.text = trim_blanks(frame.raw);
    if (frame.text.empty()) continue;
    frame.raw_bytes = frame.raw.size();
    frame.line = lines_;
    frame.column = static_cast<std::uint64_t>(frame.text.data() - frame.raw.data()) + 1;
    frame.is_too_long = false;
    return Step::frame;
  }
}

Frames::Step Frames::next_object(Frame& frame, bool is_lent) {
  for (;;) {
    skip_blanks();
    std::string_view rest = window_.rest();
    if (rest.empty() && window_.is_complete()) return Step::end;
    Scan scan = scan_value(rest);
    bool is_value = scan.state == Scan::State::complete;
    bool is_known = window_.is_complete() || has_whole(scan);
    if (!is_known && is_lent) return Step::full;
    if (!is_known && rest.size() <= Reader::max_line_bytes) {
      window_.grow();
    } else if (!is_known || (is_value && scan.offset > Reader::max_line_bytes)) {
      if (is_lent) return Step::full;
      take_too_long(frame);
      return Step::frame;
    } else {
      take_object(frame, scan);
      return Step::frame;
    }
  }
}

Frames::Step Frames::next_value(Frame& frame, bool is_lent) {
  for (;;) {
    std::uint64_t line = is_in_line_ ? line_begin_ : window_.position();
    if (line >= limit_ && line > text_begin_) return Step::end;
    if (std::size_t blanks = blanks_of_line(); blanks > 0) {
      consume(blanks);
      continue;
    }
    if (window_.rest().empty() && window_.is_complete()) return Step::end;
    if (is_guessing_ && guess(frame)) return Step::frame;
    bool is_short = window_.rest().size() < (is_guessing_ ? most_guess_bytes : 1);
    if (!is_short || window_.is_complete()) return next_whole(frame, is_lent);
    if (is_lent) return Step::full;
    window_.grow();
  }
}

/// How many blanks come first in what is left of the line, its end included.
std::size_t Frames::blanks_of_line() const {
  std::string_view rest = window_.rest();
  std::size_t count = 0;
  while (count < rest.size() && is_blank(rest[count])) {
    if (rest[count++] == '\n') break;
  }
  return count;
}

/// Takes the rest of the line for a value, if its end is near.
bool Frames::guess(Frame& frame) {
  std::string_view rest = window_.rest().substr(0, most_guess_bytes);
  std::size_t size = std::min(rest.find('\n'), rest.size());
  bool has_end = size < rest.size();
  bool is_last = size == window_.rest().size() && window_.is_complete();
  if (!has_end && !is_last) return false;
  guess_bytes_ = size + (has_end ? 1 : 0);
  guess_lines_ = lines_;
  guess_line_begin_ = line_begin_;
  guess_is_in_line_ = is_in_line_;
  place(frame);
  frame.raw = trim_trailing_blanks(rest.substr(0, size));
  frame.text = frame.raw;
  frame.raw_bytes = frame.raw.size();
  frame.is_too_long = false;
  frame.is_guess = true;
  if (!is_in_line_) {
    ++lines_;
    line_begin_ = window_.position();
  }
  window_.consume(guess_bytes_);
  is_in_line_ = !has_end;
  return true;
}

Frames::Step Frames::retake(Frame& frame) {
  window_.unconsume(guess_bytes_);
  lines_ = guess_lines_;
  line_begin_ = guess_line_begin_;
  is_in_line_ = guess_is_in_line_;
  frame.is_guess = false;
  return next_whole(frame, false);
}

/// A value by its brackets. Lines are taken for values again when it was one.
Frames::Step Frames::next_whole(Frame& frame, bool is_lent) {
  Step step = next_object(frame, is_lent);
  if (step != Step::frame) return step;
  std::string_view rest = window_.rest();
  bool is_at_end = !is_in_line_ || rest.starts_with('\n') || rest.starts_with("\r\n");
  is_guessing_ = is_at_end && frame.raw.find('\n') == std::string_view::npos;
  return step;
}

/// Whether the window holds enough of the value that more bytes would not change what is made of
/// it: a value up to its end, or what does not parse up to the end of the line with the error.
bool Frames::has_whole(const Scan& scan) const {
  std::string_view rest = window_.rest();
  switch (scan.state) {
    case Scan::State::incomplete:
      return false;
    case Scan::State::malformed:
      return rest.find('\n', scan.offset) != std::string_view::npos;
    case Scan::State::complete:
      // A number may go on behind the window.
      return scan.offset < rest.size() || rest.back() < '0' || rest.back() > '9';
  }
  return false;
}

/// A value, or what does not parse: of the latter only the first line is passed over.
void Frames::take_object(Frame& frame, const Scan& scan) {
  std::string_view rest = window_.rest();
  place(frame);
  frame.is_too_long = false;
  if (scan.state == Scan::State::complete) {
    frame.raw = rest.substr(0, scan.offset);
    consume(scan.offset);
  } else {
    frame.raw = trim_trailing_blanks(rest.substr(0, rest.find('\n', scan.offset)));
    skip_line(no_limit);
  }
  frame.text = frame.raw;
  frame.raw_bytes = frame.raw.size();
}

/// Line and column of the window's first byte.
void Frames::place(Frame& frame) const {
  frame.line = is_in_line_ ? lines_ : lines_ + 1;
  frame.column = window_.position() - line_begin_ + 1;
}

void Frames::take_too_long(Frame& frame) {
  place(frame);
  std::string_view rest = window_.rest();
  std::string_view line = rest.substr(0, rest.find('\n'));
  long_raw_ = line.substr(0, Reject::max_raw_bytes);
  frame.text = {};
  frame.raw = long_raw_;
  frame.raw_bytes = skip_line(no_limit);
  frame.is_too_long = true;
}

void Frames::skip_blanks() {
  std::string_view rest = window_.rest();
  auto found = std::find_if_not(rest.begin(), rest.end(), is_blank);
  consume(static_cast<std::size_t>(found - rest.begin()));
}

/// Passes over what is left of the line, with its end, and returns its bytes without the end.
/// Reads on only where the window does not hold it, and not behind `limit`.
std::uint64_t Frames::skip_line(std::uint64_t limit) {
  std::uint64_t skipped = 0;
  for (;;) {
    std::string_view rest = window_.rest();
    std::size_t size = std::min(rest.find('\n'), rest.size());
    skipped += size;
    bool has_end = size < rest.size();
    consume(size + (has_end ? 1 : 0));
    if (has_end || window_.is_complete() || window_.position() >= limit) return skipped;
    window_.refill();
    if (window_.rest().empty()) window_.grow();
  }
}

/// Counts the lines that begin in these bytes.
void Frames::consume(std::size_t count) {
  std::string_view text = window_.rest().substr(0, count);
  std::uint64_t position = window_.position();
  std::size_t at = 0;
  while (at < count) {
    if (!is_in_line_) ++lines_;
    std::size_t end = text.find('\n', at);
    is_in_line_ = end == std::string_view::npos;
    if (is_in_line_) break;
    at = end + 1;
    line_begin_ = position + at;
  }
  window_.consume(count);
}

}  // namespace sparkify::event
