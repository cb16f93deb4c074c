#include "session/names.hpp"

#include "base/text.hpp"

namespace sparkify::session {

std::vector<std::string> result_names(const sql::Statement&, std::vector<std::string> names) {
  for (std::string& name : names) name = base::to_lower(name);
  return names;
}

}  // namespace sparkify::session
