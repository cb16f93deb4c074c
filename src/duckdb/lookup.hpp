#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "duckdb/connection.hpp"

namespace sparkify::duckdb {

/// Texts by number.
class TextLookup {
 public:
  virtual ~TextLookup() = default;
  /// Valid UTF-8 that stays where it is while a query runs. `code` is one the lookup gave out.
  /// Called from many threads.
  virtual std::string_view text(std::int32_t code) const = 0;
};

/// Makes a function of SQL that gives a lookup's text for a code, without copying it, for as long
/// as this object lives; NULL for NULL. Each has a name of its own: DuckDB does not forget the
/// function, and shows it to every session of the database. Only who knows its key may call it:
/// others would read texts that are gone.
class LookupFunction {
 public:
  /// Borrows the lookup, which must outlive this object.
  LookupFunction(Connection& connection, const TextLookup& lookup);
  ~LookupFunction();
  LookupFunction(const LookupFunction&) = delete;
  LookupFunction& operator=(const LookupFunction&) = delete;

  /// The call for a column of codes.
  std::string of(std::string_view column) const;

  struct Slot;

 private:
  std::string name_;
  std::shared_ptr<Slot> slot_;
};

}  // namespace sparkify::duckdb
