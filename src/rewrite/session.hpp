#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace sparkify::rewrite {

/// A column as the engine has it.
struct ColumnFacts {
  std::string name;
  std::string type;          ///< the engine's: VARCHAR, DECIMAL(18,0)
  std::string default_text;  ///< an expression; empty: none
  bool is_not_null = false;
};

/// A table as the engine has it.
struct TableFacts {
  std::string schema;  ///< the engine's: main, not public
  std::string name;
  bool is_temporary = false;
  std::vector<ColumnFacts> columns;  ///< in order
  std::string comment;               ///< where ddl::Layout is kept
};

/// What the translation of a statement may ask of the session that will run it. Asked only by
/// statements that need it: inserts without a column list, and DDL.
class Session {
 public:
  virtual ~Session() = default;
  /// The table a name means now; `schema` is empty where the statement gives none. nullopt: there
  /// is none, it is a view, or nothing can be asked now (a failed transaction).
  virtual std::optional<TableFacts> table(const std::string& schema,
                                          const std::string& name) const = 0;
  /// How many columns it has; cheaper than table().
  virtual std::optional<std::size_t> column_count(const std::string& schema,
                                                  const std::string& name) const = 0;
  /// The name of a sequence is taken.
  virtual bool has_sequence(const std::string& schema, const std::string& name) const = 0;
};

}  // namespace sparkify::rewrite
