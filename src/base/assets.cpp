#include "base/assets.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace sparkify::base {

std::string_view asset(std::string_view path) {
  auto all = assets();
  auto found =
      std::find_if(all.begin(), all.end(), [&](const Asset& asset) { return asset.path == path; });
  if (found != all.end()) return found->text;
  throw Error(ErrorKind::internal, "the program holds no " + std::string(path));
}

std::vector<std::string_view> asset_lines(std::string_view path) {
  std::vector<std::string_view> lines;
  std::string_view text = asset(path);
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    if (!line.empty() && line.front() != '#') lines.push_back(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return lines;
}

}  // namespace sparkify::base
