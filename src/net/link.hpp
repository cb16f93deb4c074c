#pragma once

namespace sparkify::net {

/// The SQLSTATE of what a Stream throws. Of anything else that is unavailable, such as a disk or a
/// bucket, the other side can be told.
inline constexpr const char* link_lost = "08006";

}  // namespace sparkify::net
