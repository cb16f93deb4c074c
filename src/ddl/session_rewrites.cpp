#include "ddl/rewrites.hpp"

namespace sparkify::ddl {

std::span<const SessionRewrite> session_rewrites() { return {}; }

}  // namespace sparkify::ddl
