#pragma once

#include "rewrite/tokens.hpp"

namespace sparkify::dialect {

/// Whether an aggregate or a window function stands in `range`, outside of subqueries. The engine
/// does not know the type of such a value when it chooses between the forms of a macro, and may
/// choose a wrong one: what depends on the type must not be asked of it.
bool has_aggregate(const rewrite::Tokens& tokens, rewrite::Range range);

/// The first argument of a call, with its window, that is all of `range` and gives back one of the
/// values it is given: max(x), first_value(x) over (...). Empty for anything else.
rewrite::Range chosen_value(const rewrite::Tokens& tokens, rewrite::Range range);

}  // namespace sparkify::dialect
