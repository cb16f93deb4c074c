#pragma once

#include <cstdint>
#include <optional>

namespace sparkify::warehouse {

/// A number that no two states of this process's warehouses have in common; nothing while a change
/// is under way. The same number before and after a query: the query saw the state as it now is,
/// for a file belongs to one process.
std::optional<std::uint64_t> settled_state();

}  // namespace sparkify::warehouse
