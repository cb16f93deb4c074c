#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "event/mapping.hpp"
#include "event/marks.hpp"
#include "event/record.hpp"

namespace sparkify::event {

/// Takes records apart whose keys follow one another as they did before: what a program wrote
/// repeats itself, down to the blanks. It learns which bytes lie between two values from records
/// that were found to be JSON, and compares them; so it is never wrong, but knows only flat
/// records of at most Marks::most_bytes, and leaves all else to a parser.
///
/// Records that it must leave cost at most a twentieth of the parser's time on top: tries and
/// lessons are paid from an account.
///
/// Memory: 60 KiB. Threads: one thread each.
class Speculation {
 public:
  /// With a mapping that looks below the first key, or twice at one, no record is known.
  Speculation(const Mapping& mapping, Marks::Lanes lanes);

  /// Writes a token for each column, and one more for keys without a column. False when the record
  /// is not known, and may be anything; then the tokens are not to be used.
  bool take(std::string_view record, std::span<Token> tokens);
  /// Keys without a column in the record just taken.
  std::uint64_t unknown_keys() const { return unknown_keys_; }

  /// Tells of a record just left that it is a JSON object.
  void learn(std::string_view record);

 private:
  /// A key as it is written, with all from the value before it up to its own value; or the end of
  /// a record.
  struct alignas(64) Node {
    static constexpr std::size_t most_bytes = 64;
    static constexpr std::size_t most_successors = 3;
    using Head = std::array<std::uint64_t, 3>;

    Head head{}, head_mask{};  ///< as much of the text as it holds, compared at once
    std::size_t size_bytes = 0;
    std::size_t column = 0;                           ///< the number of columns for an unknown key
    std::uint64_t others = 0;                         ///< than the column: one bit each
    std::array<Node*, most_successors> successors{};  ///< the latest first
    bool is_end = false;
    bool is_unknown = false;
    std::string text;

    bool is_at(const char* place) const;
  };
  enum class Outcome { taken, unknown_key, other };

  Outcome walk(std::string_view record, std::span<Token> tokens);
  std::size_t take_value(std::string_view record, std::size_t at, Token& token) const;
  std::size_t take_other(std::string_view record, std::size_t at, Token& token) const;
  std::size_t string_end(std::string_view record, std::size_t at) const;
  std::size_t number_end(std::string_view record, std::size_t at) const;
  std::size_t exponent_end(std::string_view record, std::size_t at) const;
  static Node* follow(Node& from, const char* place);
  Node* link(Node& from, std::string_view text, std::string_view key);
  Node* find_or_add(std::string_view text, std::string_view key);

  std::vector<std::string> keys_;  ///< by column; none when no record can be known
  bool ignores_case_ = false;
  Marks marks_;
  std::vector<Node> nodes_;  ///< the first one is where records begin; has its room from the start
  std::uint64_t unknown_keys_ = 0;
  bool wants_lesson_ = false;
  std::int64_t account_;  ///< in twentieths of the parser's time for a byte
};

}  // namespace sparkify::event
