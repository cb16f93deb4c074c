#pragma once

#include <span>

#include "rewrite/rewrites.hpp"

namespace sparkify::dialect {

using rewrite::Edits;
using rewrite::lower;
using rewrite::name_value;
using rewrite::quoted_text;
using rewrite::Range;
using rewrite::StatementKind;
using rewrite::StatementRewrite;
using rewrite::Tokens;
using rewrite::Where;
using Pieces = std::vector<Edits::Piece>;

/// The database of catalog::database, with its schema.
inline constexpr std::string_view catalog_prefix = "redshift_catalog.main.";

std::span<const StatementRewrite> query_rewrites();     ///< the syntax of queries
std::span<const StatementRewrite> operator_rewrites();  ///< operators, patterns
std::span<const StatementRewrite> cast_rewrites();      ///< casts and literals
std::span<const StatementRewrite> name_rewrites();      ///< names of the catalogue, search_path
std::span<const StatementRewrite> result_rewrites();    ///< names and types of results

}  // namespace sparkify::dialect
