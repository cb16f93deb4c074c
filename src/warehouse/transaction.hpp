#pragma once

#include "warehouse/warehouse.hpp"

namespace sparkify::warehouse {

/// Begins a transaction and rolls it back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Warehouse& warehouse) : warehouse_(warehouse) { warehouse_.begin(); }
  ~Transaction() {
    if (!is_over_) warehouse_.rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    warehouse_.commit();
    is_over_ = true;
  }

 private:
  Warehouse& warehouse_;
  bool is_over_ = false;
};

}  // namespace sparkify::warehouse
