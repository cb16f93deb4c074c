#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace sparkify::base {

/// Writes a whole file beside its place and moves it there: nobody ever sees half of it, nor with
/// other permissions than `mode`. Replaces one that is there.
/// Throws denied, not_found (its folder), unavailable.
void replace_file(const std::string& path, std::string_view bytes, mode_t mode);

/// Overwrites a secret that is no longer needed, then empties the text.
void wipe(std::string& secret);

}  // namespace sparkify::base
