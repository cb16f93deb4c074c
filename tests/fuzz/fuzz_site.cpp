// Any bytes as a site's configuration: a site whose every index is valid, or a configuration error
// with a place.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"
#include "site/site.hpp"

namespace {

using namespace sparkify;

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check_state(const site::Site& site, const site::State& state) {
  require(!state.next.empty() && state.next.size() == state.choice.size());
  for (std::uint16_t next : state.next) {
    require(next == site::no_state || next < site.states.size());
  }
  bool may_end = std::count(state.next.begin(), state.next.end(), site::no_state) > 0;
  bool has_next_session = state.entry < site.entries.size();
  require(has_next_session || state.entry == site::no_entry);
  require(!may_end || state.is_churned || has_next_session);
}

void check_site(const site::Site& site) {
  for (const site::State& state : site.states) check_state(site, state);
  for (const site::Entry& entry : site.entries) {
    require(!entry.states.empty() && entry.states.size() == entry.choice.size());
    for (std::uint16_t state : entry.states) require(state < site.states.size());
  }
  require(!site.initial_entries.empty() && site.initial_entries.size() == site.initial.size());
  for (std::uint16_t entry : site.initial_entries) require(entry < site.entries.size());
  require(site.new_user_entry < site.entries.size());
  require(site.alpha > 0 && site.beta > 0 && site.session_gap >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    check_site(site::parse_site(text, "site.json"));
  } catch (const base::Error& error) {
    require(error.kind() == base::ErrorKind::config && error.place().has_value());
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    require(error.place()->line >= 1 && error.place()->line <= lines);
  }
  return 0;
}
