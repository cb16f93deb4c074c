#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "event/mapping.hpp"
#include "event/reject.hpp"

namespace sparkify::event {

/// One JSON value as it is written, before it becomes a column value.
struct Token {
  enum class Kind : std::uint8_t {
    absent,
    null,
    string,          ///< text: between the quotes, no escapes in it
    escaped_string,  ///< text: between the quotes; its escapes are JSON's
    number,          ///< text: the literal
    boolean,         ///< text: the literal
    nested,          ///< text: from the opening bracket on, its end is not given
    unreachable,     ///< as absent, but the path led to a value that has no such places; text: it
  };
  std::string_view text;  ///< borrows the record
  Kind kind = Kind::absent;
};

/// Takes a record apart into one token for each column, by simdjson, or faster when it is written
/// as those before it (speculation.hpp). Knows JSON and the mapping, nothing of types: values are
/// judged later, by column.
/// Memory: 64 KiB, and about 5 bytes for each byte of the longest record.
/// Threads: one parser per thread.
class RecordParser {
 public:
  /// Bytes after a record that must be readable; what they hold does not matter.
  static constexpr std::size_t padding_bytes = 64;

  /// Whether and how to speculate; the outcome is the same.
  enum class Speculating { on_widest_lanes, on_portable_lanes, never };
  explicit RecordParser(const Mapping& mapping,
                        Speculating speculating = Speculating::on_widest_lanes);
  ~RecordParser();

  /// False when the record as a whole is bad, see explain().
  bool parse(std::string_view record);
  /// In the mapping's order, of the last record that parsed; of a key given twice the last.
  std::span<const Token> tokens() const;
  /// Keys of the last record that lead to no column.
  std::uint64_t unknown_keys() const;

  struct Failure {
    Reason reason = Reason::malformed_json;
    std::size_t offset = 0;
  };
  /// Why parse() refused: invalid_utf8, nul_byte, malformed_json or not_an_object.
  static Failure explain(std::string_view record);

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace sparkify::event
