#pragma once

#include <string>
#include <vector>

#include "ddl/definition.hpp"

namespace sparkify::ddl {

/// The table a statement names, or an error (42P01) at the name when there is none.
rewrite::TableFacts existing_table(const Tokens& tokens, Range name, const Session& session);
RelationName name_of(const rewrite::TableFacts& table);

/// A column as `create table` defines it: name, type, default, NOT NULL, length.
std::string column_text(const rewrite::ColumnFacts& column, const Layout& layout,
                        bool has_default = true);

/// `; comment on table t is '...'`, which keeps the layout.
std::string keep_text(const RelationName& table, const Layout& layout);

/// Statements that make a table anew from its own rows, each behind `; `: DuckDB cannot give a
/// column a new length, nor change one that has a length.
/// `values` are the new table's columns in terms of the old one's, in order.
std::string rebuild_text(const rewrite::TableFacts& table,
                         const std::vector<rewrite::ColumnFacts>& columns, const Layout& layout,
                         const std::vector<std::string>& values);

/// The sequence in `nextval('...')`, as SQL writes it; empty for another default.
std::string sequence_of(const rewrite::ColumnFacts& column);

}  // namespace sparkify::ddl
