#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sparkify::duckdb {

/// While it lives a statement runs in this process that may change a database, or make visible what
/// another one changed. Whoever runs statements holds one; when in doubt, too. Threads: any.
class Change {
 public:
  Change();
  ~Change();
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;
};

/// Whether a text may change a database: anything but one query or one setting, to which whoever
/// knows its statement's type adds the queries that write, and the beginning of a transaction or
/// its end without a trace.
bool may_change(std::string_view text);

/// A number that no two states of the databases of this process have in common; nothing while a
/// change is under way. Equal numbers before and after a query mean that none came between.
std::optional<std::uint64_t> settled_state();

}  // namespace sparkify::duckdb
