#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "event/input.hpp"
#include "event/json.hpp"

namespace sparkify::event {

/// The bytes of an Input that are in memory: those from the first unread one on, and padding.
///
/// Memory: 2 MiB, less when the input is expected to be smaller, more when grow() asks for it.
class Window {
 public:
  static constexpr std::size_t usual_bytes = 2 << 20;

  /// Borrows `input`, which has just been reset.
  void reset(Input& input);

  /// Unread bytes. RecordParser::padding_bytes more may be read.
  std::string_view rest() const { return {buffer_.get() + begin_, end_ - begin_}; }
  void consume(std::size_t count) { begin_ += count; }
  /// Takes back what was consumed since views were made that still live.
  void unconsume(std::size_t count) { begin_ -= count; }
  /// Position of rest() in the uncompressed object.
  std::uint64_t position() const { return buffer_position_ + begin_; }
  /// rest() is all there is.
  bool is_complete() const { return input_->is_at_end(); }

  /// Reads on in the piece when little is left. Views into the window die.
  void refill();
  /// Adds at least a byte to rest(), also from behind the piece, or completes it. Views into the
  /// window die.
  void grow();
  /// Bytes that one filling can have.
  std::size_t capacity() const { return capacity_; }

 private:
  void make_room(std::size_t capacity);
  void fill(std::size_t end);

  Input* input_ = nullptr;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;  ///< without the padding
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t buffer_position_ = 0;
};

/// One record as it lies in the window.
struct Frame {
  std::string_view text;  ///< without blanks around it
  std::string_view raw;   ///< what a reject shows
  std::uint64_t raw_bytes = 0;
  std::uint64_t line = 0;    ///< from 1
  std::uint64_t column = 0;  ///< of text's first byte, from 1
  bool is_too_long = false;  ///< raw is its beginning, text is empty
  bool is_guess = false;     ///< Framing::values: a line, perhaps no value; see retake()
};

/// Finds the records of a piece.
class Frames {
 public:
  explicit Frames(Framing framing) : framing_(framing) {}

  void reset(base::Object& object, const base::ObjectEntry& entry, Compression compression,
             Piece piece);

  /// Passes over the first lines of each object from now on.
  void skip_header(std::uint64_t line_count) { header_lines_ = line_count; }

  enum class Step {
    frame,  ///< one was found
    full,   ///< the window must move first: call again when no view is in use
    end,
  };
  /// With `is_lent`, views of earlier frames stay alive. A frame lives until the next call.
  Step next(Frame& frame, bool is_lent);
  /// After a guess that was no value: what begins where it began, be it shorter or over several
  /// lines, as Framing::objects takes it. No view may be in use.
  Step retake(Frame& frame);
  /// Views of earlier frames die.
  void refill() { window_.refill(); }

  std::uint64_t lines_read() const { return lines_; }
  const Input& input() const { return input_; }
  const Window& window() const { return window_; }

 private:
  void begin();
  Step next_line(Frame& frame, bool is_lent);
  Step next_object(Frame& frame, bool is_lent);
  Step next_value(Frame& frame, bool is_lent);
  Step next_whole(Frame& frame, bool is_lent);
  bool guess(Frame& frame);
  std::size_t blanks_of_line() const;
  void skip_blanks();
  bool has_whole(const Scan& scan) const;
  void take_object(Frame& frame, const Scan& scan);
  void take_too_long(Frame& frame);
  std::uint64_t skip_line(std::uint64_t limit);
  void place(Frame& frame) const;
  void consume(std::size_t count);

  Framing framing_;
  std::uint64_t header_lines_ = 0;
  Input input_;
  Window window_;
  Piece piece_;
  bool has_begun_ = false;
  std::uint64_t limit_ = 0;       ///< lines that begin from here on are others'
  std::uint64_t text_begin_ = 0;  ///< position behind the byte order mark, if any
  std::uint64_t lines_ = 0;       ///< begun
  std::uint64_t line_begin_ = 0;  ///< position of the line at hand
  bool is_in_line_ = false;       ///< the line at hand is counted
  std::string long_raw_;

  // Framing::values.
  bool is_guessing_ = true;      ///< values were lines lately
  std::size_t guess_bytes_ = 0;  ///< consumed by the last one
  std::uint64_t guess_lines_ = 0, guess_line_begin_ = 0;
  bool guess_is_in_line_ = false;
};

}  // namespace sparkify::event
