#include "field/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "field/layout.hpp"
#include "field/record.hpp"

namespace sparkify::field {
void Lines::reset(base::Object& object, const base::ObjectEntry& entry,
                  event::Compression compression, event::Piece piece) {
  input_.reset(object, entry, compression, piece);
  window_.reset(input_);
  piece_ = piece;
  path_ = entry.path;
  bool is_plain = compression == event::Compression::none;
  limit_ = is_plain ? piece.end : std::numeric_limits<std::uint64_t>::max();
  text_begin_ = 0;
  count_ = 0;
}

void Lines::begin(std::uint64_t header_lines) {
  window_.refill();
  if (piece_.begin > 0) {
    skip_line();
    count_ = 0;
    return;
  }
  if (window_.rest().starts_with(byte_order_mark)) {
    window_.consume(byte_order_mark.size());
    text_begin_ = window_.position();
  }
  for (; header_lines > 0 && !is_at_end(); --header_lines) skip_line();
}

bool Lines::is_at_end() {
  window_.refill();
  std::uint64_t position = window_.position();
  if (position >= limit_ && position > text_begin_) return true;
  while (window_.rest().empty() && !window_.is_complete()) window_.grow();
  return window_.rest().empty();
}

void Lines::grow() {
  if (window_.rest().size() > RecordReader::most_record_bytes) {
    throw base::Error(base::ErrorKind::bad_data, fmt::format("a record is longer than {} bytes",
                                                             RecordReader::most_record_bytes))
        .at({path_, 0, 0, {}});
  }
  window_.grow();
}

void Lines::consume(std::size_t size_bytes) {
  std::string_view text = window_.rest().substr(0, size_bytes);
  count_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  if (!text.ends_with('\n')) ++count_;
  window_.consume(size_bytes);
}

void Lines::skip_line() {
  for (;;) {
    std::string_view rest = window_.rest();
    std::size_t end = rest.find('\n');
    if (end != std::string_view::npos) {
      window_.consume(end + 1);
      break;
    }
    window_.consume(rest.size());
    // A piece without an end of line belongs to an earlier one as a whole.
    bool is_over = piece_.begin > 0 && window_.position() >= limit_;
    if (window_.is_complete() || is_over) break;
    window_.refill();
    if (window_.rest().empty()) window_.grow();
  }
  ++count_;
}

}  // namespace sparkify::field
