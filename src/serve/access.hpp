#pragma once

#include <chrono>
#include <string>

namespace sparkify::serve {

/// Who may log in, and how.
struct Access {
  std::string database_name;
};

}  // namespace sparkify::serve
