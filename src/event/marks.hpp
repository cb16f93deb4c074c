#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sparkify::event {

/// Where in a record its strings may end and its digits are: one bit for each byte, so that the
/// end of a value is found without looking at the bytes between.
///
/// Memory: 3 KiB.
class Marks {
 public:
  static constexpr std::size_t most_bytes = 8 << 10;  ///< of a record

  /// How the bytes are compared; the outcome is the same.
  enum class Lanes { widest, portable };
  explicit Marks(Lanes lanes);

  /// Marks a record, behind which 64 bytes more may be read. False when it is longer than
  /// most_bytes, holds a byte below 0x20, or is not UTF-8.
  bool set(std::string_view record);

  /// The first quote or backslash from `at` on; not before the record's end when there is none.
  /// `at` may be the record's size, but not more.
  std::size_t next_stop(std::size_t at) const {
    std::uint64_t bits = stops(at);
    while (bits == 0) {
      at = behind_window(at);
      bits = stops(at);
    }
    return at + static_cast<std::size_t>(std::countr_zero(bits));
  }

  /// Which bytes from `at` on are quotes or backslashes, the first byte in the lowest bit. `at` as
  /// above. Tells of at least least_window bytes; those behind the record's end may seem to be
  /// some.
  std::uint64_t stops(std::size_t at) const { return window(bits_.stops.data(), at); }
  /// Which bytes from `at` on are digits, likewise; those behind the record's end are none.
  std::uint64_t digits(std::size_t at) const { return window(bits_.digits.data(), at); }

  static constexpr std::size_t least_window = 57;
  /// The first byte of which the window at `at` does not tell.
  static std::size_t behind_window(std::size_t at) { return at - at % 8 + 64; }

  static constexpr std::size_t block_bytes = 64;
  /// A word for each block of the record, then some that end each search.
  using Words = std::array<std::uint64_t, most_bytes / block_bytes + 3>;
  struct Bits {
    Words stops;   ///< quotes and backslashes
    Words digits;  ///< 0 to 9
    Words odd;     ///< below 0x20 or above 0x7F
  };
  using Classify = void (*)(const char* text, std::size_t block_count, Bits& bits);

 private:
  /// Words may lie on any byte, so that finding one takes few steps: each waits for the last value.
  static std::uint64_t window(const std::uint64_t* words, std::size_t at) {
    std::uint64_t word;
    std::memcpy(&word, reinterpret_cast<const char*>(words) + at / 8, sizeof word);
    return word >> at % 8;
  }
  bool is_plain_utf8(std::string_view record) const;

  Classify classify_;
  Bits bits_;
};

}  // namespace sparkify::event
