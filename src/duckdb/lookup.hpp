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

/// Makes SQL's `NAME(code)` give the lookup's text, without copying it; NULL for NULL. Registered
/// for good: the lookup must outlive every query of the connection's database.
void register_lookup(Connection& connection, const std::string& name, const TextLookup& lookup);

}  // namespace sparkify::duckdb
