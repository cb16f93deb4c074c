#include "cloud/tagged.hpp"

#include "base/error.hpp"

namespace sparkify::cloud {

Tagged::Tagged(const Session& session)
    : service_(session, {.name = "tagging",
                         .version = {},
                         .target = "ResourceGroupsTaggingAPI_20170126",
                         .id = "resource-groups-tagging-api",
                         .permissions = "tag"}) {}

std::vector<std::string> Tagged::arns(const std::string& tag, const std::string& value) const {
  base::Json filters = base::Json::array({{{"Key", tag}, {"Values", base::Json::array({value})}}});
  std::vector<std::string> found;
  for (std::string token;;) {
    base::Json body = {{"TagFilters", filters}};
    if (!token.empty()) body["PaginationToken"] = token;
    base::Json answer = service_.call_json("GetResources", body);
    for (const base::Json& each : items_in(answer, "ResourceTagMappingList")) {
      found.push_back(text_in(each, "ResourceARN"));
    }
    std::string next = text_in(answer, "PaginationToken");
    if (next.empty() || next == token) return found;
    token = std::move(next);
  }
}

}  // namespace sparkify::cloud
