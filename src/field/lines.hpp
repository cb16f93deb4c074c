#pragma once

#include <cstdint>
#include <string_view>

#include "event/frames.hpp"
#include "event/input.hpp"

namespace sparkify::field {

/// The unread text of a piece whose lines are counted: what readers of text records share.
class Lines {
 public:
  void reset(base::Object& object, const base::ObjectEntry& entry, event::Compression compression,
             event::Piece piece);

  /// Passes over the line that an earlier piece reads, or over a byte order mark and header lines.
  void begin(std::uint64_t header_lines);
  /// No record of this piece is left. Makes the window full again; views die.
  bool is_at_end();
  std::string_view rest() const { return window_.rest(); }
  bool is_complete() const { return window_.is_complete(); }
  /// More of rest(). Throws bad_data for a record without end. Views die.
  void grow();
  /// Passes over a record with all its lines.
  void consume(std::size_t size_bytes);

  std::uint64_t count() const { return count_; }  ///< lines begun
  const event::Input& input() const { return input_; }

 private:
  void skip_line();

  event::Input input_;
  event::Window window_;
  event::Piece piece_;
  std::string path_;
  std::uint64_t text_begin_ = 0;
  std::uint64_t limit_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace sparkify::field
