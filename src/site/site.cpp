#include "site/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "base/assets.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "site/document.hpp"

namespace sparkify::site {
namespace {

using base::Json;
using std::string_view;

constexpr auto site_keys = std::to_array<string_view>({"seed",
                                                       "alpha",
                                                       "beta",
                                                       "damping",
                                                       "weekend-damping",
                                                       "weekend-damping-offset",
                                                       "weekend-damping-scale",
                                                       "session-gap",
                                                       "start-date",
                                                       "end-date",
                                                       "n-users",
                                                       "first-user-id",
                                                       "growth-rate",
                                                       "tag",
                                                       "churned-state",
                                                       "show-user-details",
                                                       "levels",
                                                       "auths",
                                                       "new-session",
                                                       "new-user-auth",
                                                       "new-user-level",
                                                       "upgrades",
                                                       "downgrades",
                                                       "transitions"});
constexpr auto state_keys =
    std::to_array<string_view>({"page", "method", "status", "auth", "level"});
constexpr auto session_keys =
    std::to_array<string_view>({"page", "method", "status", "auth", "level", "weight"});
constexpr auto transition_keys = std::to_array<string_view>({"source", "dest", "p"});

/// 1 / (2 pi): beyond it the daily wave would turn time backwards.
constexpr double most_damping = 0.159154;
constexpr double least_alpha = 0.001, most_mean_seconds = 1e9;
/// Below it a user would try every moment of a night, or of a weekend, for a session.
constexpr double least_beta = 1;
constexpr std::int64_t most_minutes = 10'080;  // a week
constexpr double most_weight = 1e9;
constexpr std::size_t most_states = 60'000;
/// What is left of 1 when probabilities were meant to add up to it.
constexpr double tolerance = 1e-9;

/// What people call it: `Home (GET 200, Logged In, free)`.
std::string describe(const State& state) {
  return fmt::format("{} ({} {}, {}, {})", state.page, state.method, state.status, state.auth,
                     state.level);
}

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

/// Builds a site of a document, part by part. Every part is checked as it is read; what concerns
/// the whole machine is checked at the end.
class Builder {
 public:
  explicit Builder(const Document& document) : document_(document), root_(document.root()) {}

  Site build() {
    document_.check_object(root_, "the configuration", site_keys);
    read_rhythm();
    read_population();
    read_transitions();
    read_entries();
    read_initial();
    read_new_user();
    read_shown();
    reach();
    for (std::size_t i = 0; i < drafts_.size(); ++i) finish_state(i);
    return std::move(site_);
  }

 private:
  using StateKey = std::tuple<std::string, std::string, std::int64_t, std::string, std::string>;
  /// A state while transitions and sessions are read.
  struct Draft {
    const Json* mention = nullptr;  ///< the first object that names it
    const Json* excess = nullptr;   ///< the probability with which the sum went over 1
    double sum = 0;
    std::map<std::uint16_t, double> next;
    bool is_reached = false;
  };

  bool has(string_view key) const { return root_.contains(std::string(key)); }

  void read_number(string_view key, double least, double most, double& value) const {
    if (has(key)) value = document_.number(root_, key, least, most);
  }
  void read_whole(string_view key, std::int64_t most, int& value) const {
    if (has(key)) value = static_cast<int>(document_.whole(root_, key, 0, most));
  }
  void read_text(string_view key, std::optional<std::string>& value) const {
    if (has(key)) value = document_.string(root_, key);
  }
  void read_count(string_view key, std::int64_t least, std::optional<std::uint32_t>& value) const {
    constexpr std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    if (has(key)) value = static_cast<std::uint32_t>(document_.whole(root_, key, least, most));
  }
  const Json& required_list(string_view key, string_view shape) const {
    if (!has(key)) {
      throw document_.error_at(root_, fmt::format("\"{}\" is missing", key))
          .hint(fmt::format("add \"{}\": [{}, ...]", key, shape));
    }
    const Json& list = document_.list(root_, key);
    if (!list.empty()) return list;
    throw document_.error_at(list, fmt::format("\"{}\" is empty", key))
        .hint(fmt::format("write [{}, ...]", shape));
  }

  void read_rhythm() {
    read_number("alpha", least_alpha, most_mean_seconds, site_.alpha);
    read_number("beta", least_beta, most_mean_seconds, site_.beta);
    read_number("damping", 0, most_damping, site_.damping);
    read_number("weekend-damping", 0, 1, site_.weekend_damping);
    read_whole("weekend-damping-offset", most_minutes, site_.weekend_damping_offset);
    read_whole("weekend-damping-scale", most_minutes, site_.weekend_damping_scale);
    read_whole("session-gap", static_cast<std::int64_t>(most_mean_seconds), site_.session_gap);
  }

  void read_population() {
    if (has("seed")) site_.seed = seed();
    read_text("start-date", site_.start_date);
    read_text("end-date", site_.end_date);
    read_count("n-users", 1, site_.user_count);
    read_count("first-user-id", 0, site_.first_user_id);
    if (has("growth-rate")) site_.growth_rate = document_.number(root_, "growth-rate", 0, 1e6);
    read_text("tag", site_.tag);
    // What the file's format knows and no site needs: levels are a part of the states.
    for (string_view key : {"upgrades", "downgrades"}) {
      if (has(key)) document_.list(root_, key);
    }
  }

  /// All 64 bits count; a negative number stands for its two's complement.
  std::uint64_t seed() const {
    const Json& value = document_.member(root_, "seed");
    if (value.is_number_unsigned()) return value.get<std::uint64_t>();
    if (value.is_number_integer()) return static_cast<std::uint64_t>(value.get<std::int64_t>());
    throw document_.error_at(value, "\"seed\" is not a whole number of 64 bits");
  }

  State read_state(const Json& value) const {
    State state;
    state.page = document_.string(value, "page");
    state.method = document_.string(value, "method");
    state.status = static_cast<int>(document_.whole(value, "status", 100, 599));
    state.auth = document_.string(value, "auth");
    state.level = document_.string(value, "level");
    state.is_play = state.page == "NextSong";
    state.is_redirect = state.status >= 300 && state.status <= 399;
    return state;
  }

  static StateKey key_of(const State& state) {
    return {state.page, state.method, state.status, state.auth, state.level};
  }

  /// The state that a transition names, new or not.
  std::uint16_t mention_state(const Json& transition, string_view end) {
    const Json& value = document_.member(transition, end);
    document_.check_object(value, fmt::format("\"{}\"", end), state_keys);
    State state = read_state(value);
    auto number = static_cast<std::uint16_t>(site_.states.size());
    auto [found, is_new] = numbers_.try_emplace(key_of(state), number);
    if (!is_new) return found->second;
    if (site_.states.size() == most_states) {
      throw document_.error_at(value, fmt::format("more than {} states", most_states));
    }
    site_.states.push_back(std::move(state));
    drafts_.push_back({.mention = &value, .next = {}});
    return number;
  }

  void read_transitions() {
    const Json& list =
        required_list("transitions", R"({"source": {...}, "dest": {...}, "p": 0.5})");
    for (const Json& transition : list) {
      document_.check_object(transition, "a transition", transition_keys);
      std::uint16_t source = mention_state(transition, "source");
      std::uint16_t target = mention_state(transition, "dest");
      double probability = document_.number(transition, "p", 0, 1);
      Draft& draft = drafts_[source];
      draft.sum += probability;
      if (probability > 0) draft.next[target] += probability;
      bool is_excess = draft.sum > 1 + tolerance && draft.excess == nullptr;
      if (is_excess) draft.excess = &document_.member(transition, "p");
    }
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (drafts_[i].excess == nullptr) continue;
      throw document_.error_at(*drafts_[i].excess,
                               fmt::format("the transitions of {} sum to {:.10g}, over 1",
                                           describe(site_.states[i]), drafts_[i].sum));
    }
  }

  /// The state a session begins with, which some transition has to know.
  std::uint16_t known_state(const Json& session) const {
    State state = read_state(session);
    auto found = numbers_.find(key_of(state));
    if (found != numbers_.end()) return found->second;
    std::vector<std::string> names;
    for (const State& known : site_.states) names.push_back(describe(known));
    throw document_
        .error_at(session, fmt::format("a session begins with {}, which no transition knows",
                                       describe(state)))
        .hint(base::did_you_mean(describe(state), views_of(names)));
  }

  void read_entries() {
    std::vector<std::vector<double>> weights;
    std::vector<const Json*> mentions;
    const Json& list = required_list(
        "new-session",
        R"({"page": "Home", "method": "GET", "status": 200, "auth": "Guest", "level": "free", )"
        R"("weight": 1})");
    for (const Json& session : list) {
      document_.check_object(session, "a new session", session_keys);
      std::uint16_t number = known_state(session);
      const State& state = site_.states[number];
      auto next = static_cast<std::uint16_t>(site_.entries.size());
      auto [found, is_new] = entries_.try_emplace({state.auth, state.level}, next);
      if (is_new) {
        site_.entries.push_back({state.auth, state.level, {}, {}});
        weights.emplace_back();
        mentions.push_back(&session);
      }
      double weight = document_.number(session, "weight", 0, most_weight);
      site_.entries[found->second].states.push_back(number);
      weights[found->second].push_back(weight);
      if (weight > 0) drafts_[number].is_reached = true;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
      Entry& entry = site_.entries[i];
      check_weights(weights[i], *mentions[i],
                    fmt::format("new sessions of ({}, {})", entry.auth, entry.level));
      entry.choice = Choice(weights[i]);
    }
  }

  void check_weights(std::span<const double> weights, const Json& place, string_view name) const {
    bool is_some = std::any_of(weights.begin(), weights.end(), [](double w) { return w > 0; });
    if (!is_some) {
      throw document_.error_at(place, fmt::format("the weights of {} are all 0", name))
          .hint("give at least one a weight over 0");
    }
  }

  /// `levels` or `auths`: names and weights; what is named twice counts once, with both weights.
  std::map<std::string, double> weighted_names(string_view key, string_view name) const {
    std::map<std::string, double> names;
    auto keys = std::to_array<string_view>({name, "weight"});
    std::string shape = fmt::format(R"({{"{}": "...", "weight": 1}})", name);
    for (const Json& item : required_list(key, shape)) {
      document_.check_object(item, fmt::format("an item of \"{}\"", key), keys);
      names[document_.string(item, name)] += document_.number(item, "weight", 0, most_weight);
    }
    return names;
  }

  void read_initial() {
    std::vector<double> weights;
    auto levels = weighted_names("levels", "level");
    for (const auto& [auth, auth_weight] : weighted_names("auths", "auth")) {
      for (const auto& [level, level_weight] : levels) {
        double weight = auth_weight * level_weight;
        if (weight <= 0) continue;
        weights.push_back(weight);
        site_.initial_entries.push_back(
            entry_of(auth, level, document_.member(root_, "auths"), "\"auths\" and \"levels\""));
      }
    }
    check_weights(weights, document_.member(root_, "auths"), "\"auths\" times \"levels\"");
    site_.initial = Choice(weights);
  }

  std::uint16_t entry_of(const std::string& auth, const std::string& level, const Json& place,
                         string_view source) const {
    auto found = entries_.find({auth, level});
    if (found != entries_.end()) return found->second;
    throw document_
        .error_at(place, fmt::format("{} make users ({}, {}), but no session begins so", source,
                                     auth, level))
        .hint(fmt::format(R"(add a "new-session" with "auth": "{}", "level": "{}")", auth, level));
  }

  void read_new_user() {
    // eventsim's own words when the file has none; the first entry where nobody begins so.
    bool has_auth = has("new-user-auth"), has_level = has("new-user-level");
    std::string auth = has_auth ? document_.string(root_, "new-user-auth") : "Guest";
    std::string level = has_level ? document_.string(root_, "new-user-level") : "free";
    if (!has_auth && !has_level && !entries_.contains({auth, level})) return;
    const Json& place =
        has_auth || has_level ? root_[has_auth ? "new-user-auth" : "new-user-level"] : root_;
    site_.new_user_entry = entry_of(auth, level, place, "\"new-user-auth\" and \"new-user-level\"");
  }

  void read_shown() {
    shown_ = {{"Logged In", true}, {"Cancelled", true}};
    if (has("churned-state")) churned_ = document_.string(root_, "churned-state");
    if (!has("show-user-details")) return;
    shown_.clear();
    constexpr auto keys = std::to_array<string_view>({"auth", "show"});
    for (const Json& item : document_.list(root_, "show-user-details")) {
      document_.check_object(item, "an item of \"show-user-details\"", keys);
      shown_[document_.string(item, "auth")] = document_.boolean(item, "show");
    }
  }

  /// Marks the states that a session can come to; the first ones are marked already.
  void reach() {
    std::vector<std::uint16_t> open;
    for (std::size_t i = 0; i < drafts_.size(); ++i) {
      if (drafts_[i].is_reached) open.push_back(static_cast<std::uint16_t>(i));
    }
    while (!open.empty()) {
      std::uint16_t source = open.back();
      open.pop_back();
      for (const auto& [target, probability] : drafts_[source].next) {
        if (!drafts_[target].is_reached) open.push_back(target);
        drafts_[target].is_reached = true;
      }
    }
  }

  void finish_state(std::size_t number) {
    State& state = site_.states[number];
    const Draft& draft = drafts_[number];
    if (!draft.is_reached) {
      throw document_
          .error_at(*draft.mention, fmt::format("no session comes to {}", describe(state)))
          .hint("lead a transition or a new session there, or remove it");
    }
    std::vector<double> weights;
    for (const auto& [target, probability] : draft.next) {
      state.next.push_back(target);
      weights.push_back(probability);
    }
    bool may_end = draft.sum < 1 - tolerance;
    if (may_end) {
      state.next.push_back(no_state);
      weights.push_back(1 - draft.sum);
    }
    state.choice = Choice(weights);
    state.shows_user = shown_.contains(state.auth) && shown_.at(state.auth);
    state.is_churned = churned_ == state.auth;
    auto entry = entries_.find({state.auth, state.level});
    state.entry = state.is_churned || entry == entries_.end() ? no_entry : entry->second;
    if (may_end && !state.is_churned && state.entry == no_entry) refuse_end(state, draft);
  }

  void refuse_end(const State& state, const Draft& draft) const {
    throw document_
        .error_at(*draft.mention, fmt::format("a session may end with {}, but none begins as ({}, "
                                              "{})",
                                              describe(state), state.auth, state.level))
        .hint(fmt::format(R"(add a "new-session" with "auth": "{0}", "level": "{1}", or make )"
                          R"("{0}" the "churned-state")",
                          state.auth, state.level));
  }

  const Document& document_;
  const Json& root_;
  Site site_;
  std::vector<Draft> drafts_;  ///< one for each of site_.states
  std::map<StateKey, std::uint16_t> numbers_;
  std::map<std::pair<std::string, std::string>, std::uint16_t> entries_;  ///< by auth and level
  std::map<std::string, bool> shown_;
  std::optional<std::string> churned_;
};

}  // namespace

Site parse_site(std::string_view text, const std::string& file) {
  Document document(text, file);
  return Builder(document).build();
}

Site default_site() {
  constexpr std::string_view path = "assets/simulate/site.json";
  return parse_site(base::asset(path), std::string(path));
}

}  // namespace sparkify::site
