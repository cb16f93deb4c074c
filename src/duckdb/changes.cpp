#include "duckdb/changes.hpp"

#include <mutex>

#include "base/text.hpp"

namespace sparkify::duckdb {
namespace {

/// Of all databases of the process: one too many changes nothing but the time of an answer.
struct Ledger {
  std::mutex mutex;
  std::uint64_t change_count = 0;
  std::uint64_t running_count = 0;
};

Ledger& ledger() {
  static Ledger only;
  return only;
}

}  // namespace

Change::Change() {
  std::lock_guard lock(ledger().mutex);
  ++ledger().running_count;
}

Change::~Change() {
  std::lock_guard lock(ledger().mutex);
  --ledger().running_count;
  ++ledger().change_count;
}

bool may_change(std::string_view text) {
  text = base::trim(text);
  bool is_one = text.find(';') == std::string_view::npos;
  bool is_quiet = text.starts_with("select ") || text.starts_with("set ") ||
                  text.starts_with("begin transaction") || text == "rollback";
  return !is_one || !is_quiet;
}

std::optional<std::uint64_t> settled_state() {
  std::lock_guard lock(ledger().mutex);
  if (ledger().running_count > 0) return std::nullopt;
  return ledger().change_count;
}

}  // namespace sparkify::duckdb
