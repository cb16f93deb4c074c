#include "simulate/truth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string_view>
#include <utility>

#include "base/time.hpp"

namespace sparkify::simulate {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

constexpr std::string_view submit_upgrade = "Submit Upgrade";
constexpr std::string_view submit_downgrade = "Submit Downgrade";
constexpr std::string_view cancellation = "Cancellation Confirmation";

enum Submit : std::uint8_t { no_submit, upgrade_submit, downgrade_submit };
enum Kind : std::uint8_t { upgrade, downgrade, cancel, comeback };
enum Evidence : std::uint8_t { observed, inferred };
constexpr std::string_view kind_names[] = {"upgrade", "downgrade", "cancel", "return"};
constexpr std::string_view evidence_names[] = {"observed", "inferred"};

constexpr std::size_t top_count = 20;

using Section = std::map<std::string, std::uint64_t>;  // byte order

constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// Text as a column holds it.
std::string_view stored(std::string_view text) {
  std::size_t end = text.find_last_not_of(" \t\n\v\f\r");
  return text.substr(0, end + 1);  // npos + 1 is 0
}

/// What stands in a key for the column's value.
std::string word(std::string_view text) {
  text = stored(text);
  return std::string(text.empty() ? "none" : text);
}

std::string date_of(std::int32_t day) {
  std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

/// Days since 1970 of the Monday with which a week begins.
constexpr std::int32_t monday_of(std::int32_t week) { return week * 7 - 3; }

base::Json as_json(Section section) {
  std::erase_if(section, [](const auto& line) { return line.second == 0; });
  // At once: a key added alone is looked for among all others first.
  return base::Json::object_t(section.begin(), section.end());
}

/// The keys counted most; of equal counts the first ones.
base::Json top_of(const Section& section) {
  std::vector<std::pair<std::string, std::uint64_t>> ranked(section.begin(), section.end());
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  if (ranked.size() > top_count) ranked.resize(top_count);
  return as_json(Section(ranked.begin(), ranked.end()));
}

Submit submit_of(std::string_view page) {
  if (page == submit_upgrade) return upgrade_submit;
  return page == submit_downgrade ? downgrade_submit : no_submit;
}

}  // namespace

Tally::Tally(const site::Site& site, const site::Catalogue& catalogue)
    : site_(&site), catalogue_(&catalogue) {
  cancelled_ = code_of("cancelled");
  paid_ = code_of("paid");
  for (const site::State& state : site.states) {
    StateCodes& codes = codes_.emplace_back();
    std::string_view page = stored(state.page);
    bool is_cancelled = page == cancellation || stored(state.auth) == "Cancelled";
    bool has_level = !stored(state.level).empty();
    codes.level = code_of(word(state.level));
    codes.stay = is_cancelled ? cancelled_ : (has_level ? codes.level : std::uint16_t{0});
    codes.submit = submit_of(page);
    codes.shows_user = state.shows_user;
    codes.is_play = state.is_play && state.shows_user;
  }
  events_by_state_.resize(site.states.size());
  plays_by_track_.resize(catalogue.tracks.size());
  users_by_level_.resize(levels_.size() + 1);
}

std::uint16_t Tally::code_of(const std::string& level) {
  auto found = std::find(levels_.begin(), levels_.end(), level);
  auto code = static_cast<std::uint16_t>(found - levels_.begin() + 1);
  if (found == levels_.end()) levels_.push_back(level);
  return code;
}

void Tally::add(UserMarks& marks, const Event& event) {
  const StateCodes& codes = codes_[event.state];
  ++events_by_state_[event.state];
  if (event.session != marks.last_session) {
    ++sessions_;
    marks.last_session = event.session;
  }
  if (!codes.shows_user) return;
  std::int64_t day = floor_divide(event.time_ms, base::day_ms);
  if (day != marks.last_day) note_day(marks, static_cast<std::int32_t>(day));
  if (codes.level != marks.level) {
    // Whoever was nowhere is counted down there; index 0 is never shown.
    --users_by_level_[marks.level];
    ++users_by_level_[codes.level];
    marks.level = codes.level;
  }
  if (codes.stay != marks.stay && codes.stay != 0) note_stay(marks, codes.stay);
  marks.last_submit = codes.submit;
  if (!codes.is_play) return;
  auto hour =
      static_cast<std::uint32_t>(event.time_ms - day * base::day_ms) / std::uint32_t{hour_ms};
  auto weekday = day + 4 - floor_divide(day + 4, 7) * 7;  // 1970 began on a Thursday
  ++plays_by_hour_of_week_[static_cast<std::size_t>(weekday) * 24 + hour];
  ++plays_by_track_[event.track];
}

/// The first event that names the user on this day.
void Tally::note_day(UserMarks& marks, std::int32_t day) {
  auto week = static_cast<std::int32_t>(floor_divide(day + 3, 7));
  if (marks.last_day == UserMarks::none) {
    ++users_;
    marks.first_week = week;
  }
  if (week != marks.last_week) ++users_by_cohort_.at(marks.first_week).at(week);
  ++users_by_day_.at(day);
  marks.last_day = day;
  marks.last_week = week;
}

/// Another stay than the user's last one begins.
void Tally::note_stay(UserMarks& marks, std::uint16_t stay) {
  ++stays_;
  if (stay == cancelled_) {
    ++changes_[cancel][observed];
  } else if (marks.stay == cancelled_) {
    ++changes_[comeback][inferred];
  } else if (marks.stay != 0) {
    Kind kind = stay == paid_ ? upgrade : downgrade;
    Submit announced = stay == paid_ ? upgrade_submit : downgrade_submit;
    ++changes_[kind][marks.last_submit == announced ? observed : inferred];
  }
  marks.stay = stay;
}

void Tally::merge(const Tally& other) {
  auto sum = [](auto& into, const auto& from) {
    for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
  };
  sum(events_by_state_, other.events_by_state_);
  sum(plays_by_track_, other.plays_by_track_);
  sum(plays_by_hour_of_week_, other.plays_by_hour_of_week_);
  for (std::size_t kind = 0; kind < kind_count; ++kind) sum(changes_[kind], other.changes_[kind]);
  sum(users_by_level_, other.users_by_level_);
  users_ += other.users_;
  sessions_ += other.sessions_;
  stays_ += other.stays_;
  other.users_by_day_.for_each(
      [&](std::int32_t day, std::uint64_t users) { users_by_day_.at(day) += users; });
  other.users_by_cohort_.for_each([&](std::int32_t first, const auto& weeks) {
    weeks.for_each([&](std::int32_t week, std::uint64_t users) {
      users_by_cohort_.at(first).at(week) += users;
    });
  });
}

std::uint64_t Tally::event_count() const {
  std::uint64_t events = 0;
  for (std::uint64_t count : events_by_state_) events += count;
  return events;
}

base::Json Tally::counts() const {
  std::uint64_t plays = 0, changes = 0;
  for (std::uint64_t count : plays_by_hour_of_week_) plays += count;
  for (const auto& kind : changes_) changes += kind[observed] + kind[inferred];
  base::Json json = base::Json::object();
  json["events"] = event_count();
  json["level_changes"] = changes;
  json["sessions"] = sessions_;
  json["songplays"] = plays;
  json["user_history_versions"] = stays_;
  json["users"] = users_;
  return json;
}

base::Json Tally::sections() const {
  base::Json sections = base::Json::object();
  sections["counts"] = counts();
  put_states(sections);
  put_plays(sections);
  put_days(sections);
  put_users(sections);
  return sections;
}

/// What follows from the state alone.
void Tally::put_states(base::Json& sections) const {
  Section pages, levels, pages_and_levels, auths, submits, plays_by_level;
  for (std::size_t i = 0; i < events_by_state_.size(); ++i) {
    const site::State& state = site_->states[i];
    std::uint64_t count = events_by_state_[i];
    std::string page = word(state.page), level = word(state.level);
    pages[page] += count;
    levels[level] += count;
    pages_and_levels[page + ", " + level] += count;
    auths[word(state.auth)] += count;
    bool is_submit = codes_[i].submit != no_submit || page == cancellation;
    if (is_submit) submits[page] += count;
    if (codes_[i].is_play) plays_by_level[level] += count;
  }
  sections["events_by_page"] = as_json(pages);
  sections["events_by_level"] = as_json(levels);
  sections["events_by_page_and_level"] = as_json(pages_and_levels);
  sections["events_by_auth"] = as_json(auths);
  sections["submits"] = as_json(submits);
  sections["plays_by_level"] = as_json(plays_by_level);
}

void Tally::put_plays(base::Json& sections) const {
  Section matches, weekdays, hours, weekdays_and_hours, songs, artists;
  for (std::size_t i = 0; i < hours_of_week; ++i) {
    std::string weekday = fmt::to_string(i / 24), hour = fmt::to_string(i % 24);
    weekdays[weekday] += plays_by_hour_of_week_[i];
    hours[hour] += plays_by_hour_of_week_[i];
    weekdays_and_hours[weekday + ' ' + hour] += plays_by_hour_of_week_[i];
  }
  for (std::size_t i = 0; i < plays_by_track_.size(); ++i) {
    std::uint64_t count = plays_by_track_[i];
    if (count == 0) continue;
    const site::Track& track = catalogue_->tracks[i];
    std::string artist(stored(track.artist));
    matches[std::string(site::name_of(track.match))] += count;
    artists[artist] += count;
    songs[artist.append(": ").append(stored(track.title))] += count;
  }
  sections["plays_by_match"] = as_json(matches);
  sections["plays_by_weekday"] = as_json(weekdays);
  sections["plays_by_hour"] = as_json(hours);
  sections["plays_by_weekday_and_hour"] = as_json(weekdays_and_hours);
  sections["top_songs"] = top_of(songs);
  sections["top_artists"] = top_of(artists);
}

void Tally::put_days(base::Json& sections) const {
  Section days, weeks, retention;
  users_by_day_.for_each(
      [&](std::int32_t day, std::uint64_t users) { days[date_of(day)] += users; });
  users_by_cohort_.for_each([&](std::int32_t first, const auto& cohort) {
    cohort.for_each([&](std::int32_t week, std::uint64_t users) {
      weeks[date_of(monday_of(week))] += users;
      retention[fmt::format("{} +{}", date_of(monday_of(first)), week - first)] += users;
    });
  });
  sections["daily_active_users"] = as_json(days);
  sections["weekly_active_users"] = as_json(weeks);
  sections["cohort_retention"] = as_json(retention);
}

void Tally::put_users(base::Json& sections) const {
  Section changes, levels;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    for (std::size_t evidence = 0; evidence < evidence_count; ++evidence) {
      changes[fmt::format("{} {}", kind_names[kind], evidence_names[evidence])] =
          changes_[kind][evidence];
    }
  }
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    levels[levels_[i]] = static_cast<std::uint64_t>(users_by_level_[i + 1]);
  }
  sections["level_changes"] = as_json(changes);
  sections["users_by_level"] = as_json(levels);
}

}  // namespace sparkify::simulate
