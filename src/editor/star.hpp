#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "warehouse/warehouse.hpp"

namespace sparkify::editor {

/// What the schema page shows of a table or view.
struct StarTable {
  struct Column {
    std::string name, type;
    bool is_required = false, is_key = false;
    std::string references;  ///< the table whose key it is; may be empty
  };
  struct Layout {
    std::string name, clauses;  ///< `by-user`, `diststyle all`
  };

  std::string name, purpose, grain;
  bool is_view = false;
  bool is_ours = false;  ///< of sql/schema; others are what people made
  std::string placed;    ///< the clauses that its definition has, `diststyle auto sortkey auto`
  std::vector<Layout> layouts;
  std::vector<Column> columns;
};

/// A table of sql/schema: its file says all but who references whom.
StarTable table_of_file(std::string_view path, std::string_view text);

/// A column that is called like the one column of another table's key refers to it.
void connect(std::vector<StarTable>& tables);

/// All tables and views of the warehouse, with rows and bytes on disk as of now, as JSON:
///
///   {"tables": [{"name", "role", "purpose", "grain", "rows", "bytes", "is_view", "placed",
///     "layouts": [{"name", "clauses"}], "columns": [{"name", "type", "is_required", "is_key",
///     "references"}]}]}
///
/// role: fact, dimension, internal (what the load keeps for itself), other. rows and bytes of views
/// are null; bytes counts whole blocks, without what is still in the log.
std::string star(warehouse::Warehouse& warehouse);

}  // namespace sparkify::editor
