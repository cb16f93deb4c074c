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

std::span<const StatementRewrite> table_rewrites();    ///< create, alter, drop table
std::span<const StatementRewrite> command_rewrites();  ///< what has no effect, what is refused

/// For served sessions. They come first, so that what they replace stays replaced.
std::span<const SessionRewrite> create_rewrites();  ///< create and drop table, comments
std::span<const SessionRewrite> alter_rewrites();
std::span<const SessionRewrite> insert_rewrites();

}  // namespace sparkify::ddl
