#pragma once

#include "functions/rewrites.hpp"

namespace sparkify::functions {

/// Functions that are an expression of others: the first template for the name and the number of
/// arguments. `$1` stands for the first argument. nullptr: there is none.
const char* find_template(std::string_view function, std::size_t argument_count);

/// The template with the call's arguments.
Pieces fill_template(std::string_view text, const std::vector<Range>& arguments);

/// Whether any template has this name, in lower case.
bool has_template(std::string_view function);

/// Replaces the call by its template; does nothing when there is none.
void expand_template(const Tokens& tokens, const Call& call, Edits& edits);

}  // namespace sparkify::functions
