#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sparkify::infra {

/// A setting and what it shall be.
struct Entry {
  std::string_view setting;  ///< `cluster.host`
  std::string value;
};

/// The text of a dwh.cfg with these values: each stands where the file has its key already, under
/// whatever spelling, or else in the section that fits; all else stays as it is, comments too.
/// Throws config, as reading it would.
std::string with_entries(std::string_view text, const std::string& file,
                         std::span<const Entry> entries);

}  // namespace sparkify::infra
