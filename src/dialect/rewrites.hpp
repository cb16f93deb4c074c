#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "dialect/edits.hpp"
#include "dialect/tokens.hpp"

namespace sparkify::dialect {

/// What a statement is, by its first words.
enum class StatementKind { create_table, create_view, alter_table, drop_table, other };
StatementKind classify(const Tokens& tokens);

/// One difference between Redshift and DuckDB that concerns whole statements of some kinds.
/// `apply` looks by itself whether there is something to do.
struct StatementRewrite {
  std::string_view name;
  std::vector<StatementKind> kinds;  ///< empty: all
  void (*apply)(const Tokens&, Edits&);
};

/// A function call that stands in the statement.
struct Call {
  std::size_t name = 0, close = 0;  ///< the function's name, the bracket that ends the call
  std::vector<Range> arguments;
  Range whole() const { return {name, close + 1}; }
};

/// One function of Redshift that DuckDB does not have or means differently. A call with a number of
/// arguments that the rewrite does not know is left to the engine.
struct CallRewrite {
  std::string_view function;  ///< in lower case
  void (*apply)(const Tokens&, const Call&, Edits&);
};

std::span<const StatementRewrite> table_rewrites();  ///< create, alter, drop table
std::span<const StatementRewrite> query_rewrites();  ///< the syntax of queries
std::span<const CallRewrite> function_rewrites();    ///< text, null and number functions
std::span<const CallRewrite> date_rewrites();        ///< dates and times

}  // namespace sparkify::dialect
