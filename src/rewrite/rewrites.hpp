#pragma once

#include <string_view>
#include <vector>

#include "rewrite/edits.hpp"
#include "rewrite/session.hpp"
#include "rewrite/tokens.hpp"

namespace sparkify::rewrite {

/// What a statement is, by its first words.
enum class StatementKind {
  create_table,
  create_view,
  alter_table,
  drop_table,
  insert,
  merge,
  comment,
  other
};
StatementKind classify(const Tokens& tokens);
/// The statement's expressions are kept in the warehouse's file (a view): only what every DuckDB
/// knows may stand in them.
bool is_stored(const Tokens& tokens);

/// The connections a rewrite is for. `served` are those of clients that believe this is Redshift;
/// the others run the program's own files and what is given to `sparkify sql`.
enum class Where { everywhere, served, unserved };

/// One difference between Redshift and DuckDB that concerns whole statements of some kinds.
/// `apply` looks by itself whether there is something to do.
struct StatementRewrite {
  std::string_view name;
  std::vector<StatementKind> kinds;  ///< empty: all
  void (*apply)(const Tokens&, Edits&);
  Where where = Where::everywhere;
};

/// The same for a rewrite that needs to know the tables of a served session.
struct SessionRewrite {
  std::string_view name;
  std::vector<StatementKind> kinds;  ///< empty: all
  void (*apply)(const Tokens&, const Session&, Edits&);
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

}  // namespace sparkify::rewrite
