#pragma once

#include <string>
#include <variant>
#include <vector>

#include "rewrite/tokens.hpp"
#include "rewrite/translated.hpp"

namespace sparkify::rewrite {

/// What rewrites want changed in one statement. Each rewrite looks at the original tokens only; an
/// edit inside the range of another applies where that other puts the tokens, so rewrites know
/// nothing of each other. Where two overlap without nesting, the one that begins first wins.
class Edits {
 public:
  /// New text, or tokens of the original with the edits that lie inside them.
  using Piece = std::variant<std::string, Range>;

  /// A piece that is a range brings the comments around it along.
  void replace(Range range, std::vector<Piece> pieces);
  void remove(Range range) { replace(range, {}); }
  /// Directly before token `i`, outside of what replaces a range that begins there. To wrap a range
  /// of which others may replace more, replace it by itself with text around.
  void insert_before(std::size_t i, std::vector<Piece> pieces);
  /// What is put behind a token belongs to the operand that ends there, to the item of a list that
  /// does, to the clause or to the statement; it is written in this order.
  enum class Level { operand, item, clause, statement };
  /// Directly behind token `i`.
  void insert_after(std::size_t i, std::vector<Piece> pieces, Level level = Level::operand);
  /// One sentence on something that is accepted and has no effect; repeated, it counts once.
  void notice(std::string sentence);

  /// The statement with all edits.
  /// Throws sql: nested or grown beyond measure.
  Translated render(const Tokens& tokens);

 private:
  friend class Renderer;
  enum class Order { behind, before, replace };  ///< of edits that begin at the same token
  struct Edit {
    Range range;
    Order order;
    std::vector<Piece> pieces;
    Level level = Level::operand;
  };
  std::vector<Edit> edits_;
  std::vector<std::string> notices_;
};

}  // namespace sparkify::rewrite
