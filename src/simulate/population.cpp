#include "simulate/population.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/assets.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "site/catalogue.hpp"

namespace sparkify::simulate {
namespace {

constexpr double year_ms = 365.25 * base::day_ms;
constexpr std::uint64_t arrivals_stream = std::uint64_t{1} << 61;
constexpr int registration_digits = 13;
constexpr std::size_t most_user_id = INT32_MAX;  // what an INTEGER of the warehouse holds

/// Words of a list, drawn by the weight before them.
struct WordList {
  std::vector<std::string> words;
  site::Choice choice;
  const std::string& draw(site::Random& random) const { return words[choice.draw(random)]; }
};

double number(std::string_view text) {
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// `WEIGHT REST OF LINE`.
WordList read_list(std::string_view path) {
  WordList list;
  std::vector<double> weights;
  for (std::string_view line : base::asset_lines(path)) {
    std::size_t space = line.find(' ');
    weights.push_back(number(line.substr(0, space)));
    list.words.emplace_back(line.substr(space + 1));
  }
  list.choice = site::Choice(weights);
  return list;
}

struct Lists {
  WordList first_names = read_list("assets/simulate/first_names.txt");  ///< `Ada F`
  WordList last_names = read_list("assets/simulate/last_names.txt");
  WordList places = read_list("assets/simulate/places.txt");
  WordList agents = read_list("assets/simulate/user_agents.txt");
};

const Lists& lists() {
  static const Lists found;
  return found;
}

/// Puts the parts one after another.
UserText text_of_parts(const std::array<std::string, UserText::part_count>& parts) {
  UserText user;
  for (int i = 0; i < UserText::part_count; ++i) {
    user.text += parts[i];
    user.ends[i] = static_cast<std::uint16_t>(user.text.size());
  }
  user.text.shrink_to_fit();
  return user;
}

UserText invent_text(site::Random& random, std::uint32_t user_id, std::int64_t registration_ms) {
  const Lists& from = lists();
  const std::string& name = from.first_names.draw(random);
  std::size_t space = name.rfind(' ');
  return text_of_parts({
      fmt::format(R"(,"firstName":{},"gender":{},"itemInSession":)",
                  site::event_json(std::string_view(name).substr(0, space)),
                  site::event_json(std::string_view(name).substr(space + 1))),
      fmt::format(R"(,"lastName":{},"length":)", site::event_json(from.last_names.draw(random))),
      fmt::format(R"(,"location":{})", site::event_json(from.places.draw(random))),
      fmt::format(R"(,"registration":{:0{}}.0,"sessionId":)", registration_ms, registration_digits),
      fmt::format(R"(,"userAgent":{},"userId":"{}"}})", site::event_json(from.agents.draw(random)),
                  user_id),
  });
}

UserText text_of_nobody() {
  return text_of_parts({
      R"(,"firstName":null,"gender":null,"itemInSession":)",
      R"(,"lastName":null,"length":)",
      R"(,"location":null)",
      R"(,"registration":null,"sessionId":)",
      R"(,"userAgent":null,"userId":""})",
  });
}

}  // namespace

void UserText::set_registration(std::int64_t registration_ms) {
  constexpr int registration_part = 3;
  std::size_t colon = text.find(':', ends[registration_part - 1]);
  text.replace(colon + 1, registration_digits,
               fmt::format("{:0{}}", registration_ms, registration_digits));
}

Population::Population(const site::Site& site, const PopulationOptions& options)
    : hidden_text(text_of_nobody()),
      site_(site),
      options_(options),
      arrivals_(options.seed, arrivals_stream + options.first_user_id),
      next_arrival_ms_(options.start_ms) {
  users.reserve(options.user_count);
  texts.reserve(options.user_count);
  for (std::uint32_t i = 0; i < options.user_count; ++i) add(options.start_ms, false);
  draw_next_arrival();
}

std::size_t Population::grow(std::int64_t end_ms) {
  std::size_t first = users.size();
  while (next_arrival_ms_ < end_ms) {
    if (options_.first_user_id + users.size() > most_user_id) {
      throw base::Error(base::ErrorKind::usage,
                        fmt::format("more users than ids, which go up to {}", most_user_id))
          .hint("give --first-user-id or --growth-rate a smaller value");
    }
    add(next_arrival_ms_, true);
    draw_next_arrival();
  }
  return first;
}

std::uint16_t Population::first_entry(User& user, std::size_t index) const {
  if (index >= options_.user_count) return site_.new_user_entry;
  return site_.initial_entries[site_.initial.draw(user.random)];
}

void Population::add(std::int64_t comes_ms, bool is_new) {
  constexpr double mean_age_ms =
      120.0 * base::day_ms;  // how long ago users of the start registered
  constexpr double longest_age_ms = 5 * year_ms;
  auto user_id = static_cast<std::uint32_t>(options_.first_user_id + users.size());
  // Two streams, so that a longer list of names changes nothing but names.
  site::Random random(options_.seed, std::uint64_t{user_id} * 2);
  std::int64_t age_ms = 0;
  if (!is_new) {
    age_ms = static_cast<std::int64_t>(std::min(random.exponential(mean_age_ms), longest_age_ms));
  }
  texts.push_back(invent_text(random, user_id, comes_ms - age_ms));
  User user;
  user.random = site::Random(options_.seed, std::uint64_t{user_id} * 2 + 1);
  user.alpha_seconds = user.random.lognormal(site_.alpha, 1);
  user.beta_seconds = user.random.lognormal(site_.beta, 1);
  user.next_ms = comes_ms;
  if (options_.attrition_rate > 0) {
    double stays_ms = user.random.exponential(year_ms / options_.attrition_rate);
    user.leaves_ms = comes_ms + static_cast<std::int64_t>(std::min(stays_ms, 1000 * year_ms));
  }
  users.push_back(user);
}

void Population::draw_next_arrival() {
  double newcomers_a_year = options_.growth_rate * static_cast<double>(users.size());
  if (newcomers_a_year <= 0 || next_arrival_ms_ == never_ms) {
    next_arrival_ms_ = never_ms;
    return;
  }
  next_arrival_ms_ +=
      static_cast<std::int64_t>(arrivals_.exponential(year_ms / newcomers_a_year)) + 1;
}

}  // namespace sparkify::simulate
