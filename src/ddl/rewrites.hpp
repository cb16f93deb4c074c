#pragma once

#include <span>

#include "rewrite/rewrites.hpp"

namespace sparkify::ddl {

using rewrite::Edits;
using rewrite::Range;
using rewrite::Session;
using rewrite::SessionRewrite;
using rewrite::StatementKind;
using rewrite::StatementRewrite;
using rewrite::Tokens;
using rewrite::Where;

std::span<const StatementRewrite> table_rewrites();  ///< create, alter, drop table
/// For served sessions; they come first, so that what they replace stays replaced.
std::span<const SessionRewrite> session_rewrites();

}  // namespace sparkify::ddl
