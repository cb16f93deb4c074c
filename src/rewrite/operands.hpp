#pragma once

#include <cstddef>

#include "rewrite/tokens.hpp"

namespace sparkify::rewrite {

/// Expressions by their look: where an operand of an operator begins and ends. A primary is a
/// literal, a name, a call with its window, brackets, `case ... end`, each with the casts and
/// subscripts behind it.

/// Where the primary that ends before token `end` begins; `end` when none does.
std::size_t begin_of_primary(const Tokens& tokens, std::size_t end);
/// Where the primary that begins at `begin` ends, a sign before it included; `begin` when none
/// does.
std::size_t end_of_primary(const Tokens& tokens, std::size_t begin);
/// The same for `a * b / c`, as far as it stands before `end`.
std::size_t begin_of_product(const Tokens& tokens, std::size_t end);
/// The same for all that binds more tightly than comparison, LIKE and the words of logic.
std::size_t end_of_operand(const Tokens& tokens, std::size_t begin);
/// The end of the expression at `begin` in its brackets: a comma, a closing bracket or the word of
/// a clause.
std::size_t end_of_expression(const Tokens& tokens, std::size_t begin);

/// The end of the type name at `i`, its numbers and brackets included; `i` when there is none.
std::size_t end_of_type(const Tokens& tokens, std::size_t i);
/// A word that cannot be an operand: `select`, `and`, `from`, ...
bool is_keyword(const Tokens& tokens, std::size_t i);

}  // namespace sparkify::rewrite
