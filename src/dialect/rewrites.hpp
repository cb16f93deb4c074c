#pragma once

#include <span>

#include "rewrite/rewrites.hpp"

namespace sparkify::dialect {

using rewrite::lower;
using rewrite::name_value;
using rewrite::quoted_text;

using rewrite::Call;
using rewrite::CallRewrite;
using rewrite::Edits;
using rewrite::Range;
using rewrite::StatementKind;
using rewrite::StatementRewrite;
using rewrite::Tokens;
using rewrite::Where;
using Pieces = std::vector<Edits::Piece>;

std::span<const StatementRewrite> query_rewrites();  ///< the syntax of queries
std::span<const CallRewrite> function_rewrites();    ///< text, null and number functions
std::span<const CallRewrite> date_rewrites();        ///< dates and times

}  // namespace sparkify::dialect
