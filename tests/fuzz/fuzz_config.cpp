// Any bytes as dwh.cfg: read, or refused as a configuration error; never a crash or a bad place.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "config/ini.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line_count = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  try {
    const auto ini = sparkify::config::parse_ini(text, "dwh.cfg");
    for (const auto& entry : ini.entries) {
      if (entry.section.empty() || entry.key.empty()) std::abort();
      if (entry.line < 1 || entry.line > line_count) std::abort();
      if (entry.key_column < 1 || entry.value_column < 1) std::abort();
    }
  } catch (const sparkify::base::Error& error) {
    if (error.kind() != sparkify::base::ErrorKind::config) std::abort();
  }
  return 0;
}
