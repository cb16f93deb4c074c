#pragma once

#include <cstdint>
#include <string>

#include "duckdb/connection.hpp"

namespace sparkify::load {

/// The session's transaction if it has one; else one of its own, rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(duckdb::Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// Ends it, if it is our own.
  void commit();
  /// Removes the rows that this transaction added to a table last.
  void take_back(const std::string& table, std::int64_t row_count);

 private:
  duckdb::Connection& connection_;
  bool is_own_ = false;
};

/// While it lives, inserts need not keep the order of what they read, and use all threads.
class UnorderedRows {
 public:
  explicit UnorderedRows(duckdb::Connection& connection);
  ~UnorderedRows();
  UnorderedRows(const UnorderedRows&) = delete;
  UnorderedRows& operator=(const UnorderedRows&) = delete;

 private:
  duckdb::Connection& connection_;
  bool was_ordered_;
};

}  // namespace sparkify::load
