#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sparkify::base {

/// ASCII.
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

/// Whether a byte of UTF-8 goes on with a character that an earlier one began.
inline bool is_utf8_tail(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// ASCII only; other bytes stay as they are.
std::string to_lower(std::string_view text);
/// Without the spaces, tabs and line ends on both sides.
std::string_view trim(std::string_view text);
/// The words between runs of spaces. They borrow `text`.
std::vector<std::string_view> split_words(std::string_view text);

/// Between quotes, those within doubled: a name (") or a text (') as SQL has it.
std::string quoted(std::string_view text, char quote);

/// Between double quotes, as a string of JSON. Bytes from 0x20 on stay as they are.
void append_json_text(std::string_view text, std::string& out);

/// %XX becomes its byte. Nothing when a % is followed by less than two digits.
std::optional<std::string> percent_decode(std::string_view text);

/// Damerau-Levenshtein distance in its restricted form (optimal string alignment): insertions,
/// deletions, substitutions and swaps of neighbours that lead from one to the other. Compares
/// bytes, ASCII letters without case.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The candidate a person most likely meant, empty when none is near: at most a third of the
/// typed bytes may differ; a beginning of three bytes or more also counts. Borrows a candidate.
std::string_view nearest_name(std::string_view typed, std::span<const std::string_view> candidates);

/// `did you mean "NAME"?`, or nothing when no candidate is near.
std::string did_you_mean(std::string_view typed, std::span<const std::string_view> candidates);

/// `1,234,567`.
std::string format_count(std::uint64_t count);
std::string format_count(std::int64_t count);
/// `812 B`, `3.6 MB`: powers of 1000.
std::string format_bytes(std::uint64_t bytes);
/// `0.84 s`, `12.3 s`, `3 min 5 s`, `2 h 3 min`.
std::string format_seconds(double seconds);

}  // namespace sparkify::base
