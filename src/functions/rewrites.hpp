#pragma once

#include <initializer_list>
#include <span>

#include "rewrite/rewrites.hpp"

namespace sparkify::functions {

using rewrite::Call;
using rewrite::CallRewrite;
using rewrite::Edits;
using rewrite::lower;
using rewrite::quoted_text;
using rewrite::Range;
using rewrite::Tokens;
using Pieces = std::vector<Edits::Piece>;

inline Pieces joined(std::initializer_list<Pieces> parts) {
  Pieces all;
  for (const Pieces& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

std::span<const CallRewrite> text_rewrites();  ///< text, null and number functions
std::span<const CallRewrite> date_rewrites();  ///< dates and times
std::span<const CallRewrite> regexp_rewrites();

/// The text of an argument that is one literal.
std::optional<std::string> literal_of(const Tokens& tokens, Range argument);

/// Redshift's name of a date part or its short forms -> DuckDB's: `mons` -> `month`; nullopt: none.
std::optional<std::string_view> date_part_of(std::string_view lower_case);

}  // namespace sparkify::functions
