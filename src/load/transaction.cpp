#include "load/transaction.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace sparkify::load {

/// Outside a transaction each statement is one, with a number of its own.
Transaction::Transaction(duckdb::Connection& connection) : connection_(connection) {
  constexpr auto which = "select txid_current()";
  std::int64_t first = connection.number(which);
  is_own_ = connection.number(which) != first;
  if (is_own_) connection.run("begin transaction");
}

Transaction::~Transaction() {
  if (!is_own_) return;
  try {
    connection_.run("rollback");
  } catch (const base::Error&) {
    // The engine has rolled it back already.
  }
}

void Transaction::commit() {
  if (!is_own_) return;
  is_own_ = false;
  connection_.run("commit");
}

/// Rows of a transaction are numbered behind all others, in the order they came.
void Transaction::take_back(const std::string& table, std::int64_t row_count) {
  if (row_count == 0) return;
  connection_.run(fmt::format("delete from {0} where rowid > (select max(rowid) from {0}) - {1}",
                              table, row_count));
}

UnorderedRows::UnorderedRows(duckdb::Connection& connection)
    : connection_(connection),
      was_ordered_(connection.number("select current_setting('preserve_insertion_order')") != 0) {
  if (was_ordered_) connection_.run("set preserve_insertion_order = false");
}

UnorderedRows::~UnorderedRows() {
  if (!was_ordered_) return;
  try {
    connection_.run("set preserve_insertion_order = true");
  } catch (const base::Error&) {
    // The transaction has failed; another COPY sets it again.
  }
}

}  // namespace sparkify::load
