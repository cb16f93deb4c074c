#pragma once

#include <duckdb.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "duckdb/connection.hpp"

namespace sparkify::duckdb {

/// Adds rows to a table without SQL. Values are cast to the column's type.
class Appender {
 public:
  using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

  /// `database`: empty for the connection's own. Throws sql when there is no such table.
  Appender(Connection& connection, const std::string& table, const std::string& database = {});
  ~Appender();
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  void append(const std::vector<Value>& row);
  /// From now on rows have these columns, in this order; the others get their defaults.
  void choose(const std::vector<std::string>& columns);
  /// A chunk with the table's columns, or those chosen.
  void append(duckdb_data_chunk rows);
  /// Rows are in the table only after this.
  void close();

 private:
  void check(duckdb_state state);

  duckdb_appender appender_ = nullptr;
};

}  // namespace sparkify::duckdb
