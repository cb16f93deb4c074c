#include "cloud/login.hpp"

#include <vector>

#include "base/text.hpp"

namespace sparkify::cloud {
namespace {

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0;;) {
    std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

}  // namespace

std::optional<HostName> read_host_name(std::string_view host) {
  std::string lower = base::to_lower(host);
  std::vector<std::string_view> labels = parts_of(lower, '.');
  // China's names end in amazonaws.com.cn.
  if (labels.size() < 6 || labels[4] != "amazonaws" || labels[5] != "com") return std::nullopt;
  bool is_serverless = labels[3] == "redshift-serverless";
  if (!is_serverless && labels[3] != "redshift") return std::nullopt;
  return HostName{std::string(labels[0]), std::string(labels[2]), is_serverless};
}

std::optional<Arn> read_arn(std::string_view text) {
  std::vector<std::string_view> parts = parts_of(text, ':');
  if (parts.size() < 6 || parts[0] != "arn") return std::nullopt;
  auto resource = static_cast<std::size_t>(parts[5].data() - text.data());
  return Arn{parts[2], parts[3], text.substr(resource)};
}

}  // namespace sparkify::cloud
