#include "site/site.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "base/error.hpp"

namespace sparkify::site {
namespace {

constexpr std::string_view home =
    R"("page": "Home", "method": "GET", "status": 200, "auth": "Guest", "level": "free")";
constexpr std::string_view song =
    R"("page": "NextSong", "method": "PUT", "status": 200, "auth": "Guest", "level": "free")";

/// A site of two pages: Home, half of the time a song, then the end.
std::string small_site() {
  return fmt::format(R"({{
  "levels": [{{"level": "free", "weight": 1}}],
  "auths": [{{"auth": "Guest", "weight": 2}}],
  "new-session": [
    {{{0}, "weight": 3}}
  ],
  "transitions": [
    {{"source": {{{0}}},
     "dest": {{{1}}},
     "p": 0.5}}
  ]
}}
)",
                     home, song);
}

/// The small site with `added` as its first lines.
std::string with(std::string_view added) {
  return "{\n" + std::string(added) + small_site().substr(1);
}

/// The small site with the first `part` replaced.
std::string with(std::string_view part, std::string_view replacement) {
  std::string text = small_site();
  std::size_t at = text.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return text.replace(at, part.size(), replacement);
}

/// The small site with one more transition.
std::string and_then(std::string_view source, std::string_view dest, std::string_view p) {
  return with("0.5}", fmt::format("0.5}},\n    {{\"source\": {{{}}},\n     \"dest\": {{{}}},\n"
                                  "     \"p\": {}}}",
                                  source, dest, p));
}

base::Error error_of(std::string_view text) {
  try {
    parse_site(text, "site.json");
  } catch (const base::Error& error) {
    return error;
  }
  return base::Error(base::ErrorKind::internal, "accepted");
}

/// `LINE:COLUMN: MESSAGE` of the configuration error that refuses `text`.
std::string refusal(std::string_view text) {
  base::Error error = error_of(text);
  if (error.kind() != base::ErrorKind::config || !error.place()) return error.message();
  EXPECT_EQ(error.place()->file, "site.json");
  return fmt::format("{}:{}: {}", error.place()->line, error.place()->column, error.message());
}

std::string hint(std::string_view text) { return error_of(text).hint_text(); }

TEST(ParseSite, ReadsStatesEntriesAndDefaults) {
  Site site = parse_site(small_site(), "site.json");
  ASSERT_EQ(site.states.size(), 2U);
  EXPECT_EQ(site.states[0].page, "Home");
  EXPECT_EQ(site.states[0].method, "GET");
  EXPECT_EQ(site.states[0].auth, "Guest");
  EXPECT_EQ(site.states[0].level, "free");
  EXPECT_FALSE(site.states[0].is_play);
  EXPECT_TRUE(site.states[1].is_play);
  EXPECT_EQ(site.states[0].next, (std::vector<std::uint16_t>{1, no_state}));
  EXPECT_EQ(site.states[1].next, (std::vector<std::uint16_t>{no_state}));
  EXPECT_EQ(site.states[1].entry, 0U);
  ASSERT_EQ(site.entries.size(), 1U);
  EXPECT_EQ(site.entries[0].auth, "Guest");
  EXPECT_EQ(site.entries[0].states, (std::vector<std::uint16_t>{0}));
  EXPECT_EQ(site.initial_entries, (std::vector<std::uint16_t>{0}));
  EXPECT_EQ(site.new_user_entry, 0U);
  EXPECT_EQ(site.alpha, Site().alpha);
  EXPECT_EQ(site.session_gap, Site().session_gap);
  EXPECT_FALSE(site.seed || site.start_date || site.user_count || site.growth_rate || site.tag);
}

TEST(ParseSite, ReadsWhatAConfigurationMaySay) {
  Site site = parse_site(with(R"("seed": -1, "alpha": 10, "beta": 20.5, "damping": 0.1,
    "weekend-damping": 0.25, "weekend-damping-offset": 60, "weekend-damping-scale": 30,
    "session-gap": 0, "start-date": "2018-11-01", "end-date": "2018-12-01", "n-users": 7,
    "first-user-id": 9, "growth-rate": 0.2, "tag": "control", "upgrades": [], "downgrades": [1],)"),
                         "site.json");
  EXPECT_EQ(site.seed, ~std::uint64_t{0});
  EXPECT_EQ(site.alpha, 10);
  EXPECT_EQ(site.beta, 20.5);
  EXPECT_EQ(site.damping, 0.1);
  EXPECT_EQ(site.weekend_damping, 0.25);
  EXPECT_EQ(site.weekend_damping_offset, 60);
  EXPECT_EQ(site.weekend_damping_scale, 30);
  EXPECT_EQ(site.session_gap, 0);
  EXPECT_EQ(site.start_date, "2018-11-01");
  EXPECT_EQ(site.end_date, "2018-12-01");
  EXPECT_EQ(site.user_count, 7U);
  EXPECT_EQ(site.first_user_id, 9U);
  EXPECT_EQ(site.growth_rate, 0.2);
  EXPECT_EQ(site.tag, "control");
}

TEST(ParseSite, AddsUpTransitionsOfOnePair) {
  Site site = parse_site(and_then(home, song, "0.5"), "site.json");
  EXPECT_EQ(site.states[0].next, (std::vector<std::uint16_t>{1}));
}

TEST(ParseSite, DrawsByTheProbabilitiesAndEndsTheRestOfTheSessions) {
  Site site = parse_site(with("0.5}", "0.2}"), "site.json");
  Random random(1, 2);
  constexpr int draws = 10'000;
  int ends = 0;
  for (int i = 0; i < draws; ++i) {
    const State& state = site.states[0];
    ends += state.next[state.choice.draw(random)] == no_state ? 1 : 0;
  }
  EXPECT_NEAR(ends, 0.8 * draws, 200);
}

TEST(ParseSite, ShowsUsersAsItIsToldOrThoseWhoAreOrWereLoggedIn) {
  EXPECT_FALSE(parse_site(small_site(), "site.json").states[0].shows_user);
  std::string text = with(R"("show-user-details": [{"auth": "Guest", "show": true}],)");
  EXPECT_TRUE(parse_site(text, "site.json").states[0].shows_user);
  Site site = default_site();
  for (const State& state : site.states) {
    EXPECT_EQ(state.shows_user, state.auth == "Logged In" || state.auth == "Cancelled");
  }
}

TEST(ParseSite, LetsAChurnedUserGoWithoutANextSession) {
  constexpr std::string_view gone =
      R"("page": "Gone", "method": "PUT", "status": 307, "auth": "Gone", "level": "free")";
  std::string text = and_then(home, gone, "0.1");
  EXPECT_EQ(refusal(text),
            "12:14: a session may end with Gone (PUT 307, Gone, free), but none "
            "begins as (Gone, free)");
  EXPECT_EQ(hint(text),
            "add a \"new-session\" with \"auth\": \"Gone\", \"level\": \"free\", or "
            "make \"Gone\" the \"churned-state\"");
  text.insert(1, "\"churned-state\": \"Gone\",");
  Site site = parse_site(text, "site.json");
  ASSERT_EQ(site.states.size(), 3U);
  EXPECT_TRUE(site.states[2].is_churned);
  EXPECT_TRUE(site.states[2].is_redirect);
  EXPECT_EQ(site.states[2].entry, no_entry);
  EXPECT_FALSE(site.states[0].is_churned);
}

TEST(ParseSite, NeedsNoNextSessionWhereNoSessionEnds) {
  constexpr std::string_view login =
      R"("page": "Login", "method": "PUT", "status": 307, "auth": "Out", "level": "free")";
  std::string text = and_then(home, login, "0.1");
  std::size_t at = text.find("0.1}");
  text.insert(at + 4,
              fmt::format(R"(, {{"source": {{{}}}, "dest": {{{}}}, "p": 1}})", login, home));
  EXPECT_EQ(parse_site(text, "site.json").states[2].entry, no_entry);
}

TEST(ParseSite, RefusesWhatIsNoJson) {
  EXPECT_EQ(refusal("{\n  alpha: 1}"), "2:3: this is no JSON");
  EXPECT_EQ(refusal(""), "1:1: this is no JSON");
  EXPECT_EQ(refusal("[]"), "1:1: the configuration is a list, not an object");
  EXPECT_EQ(refusal("{\"tag\": \"-1e999\", \"alpha\": 1e999}"), "1:28: a number is too large");
}

TEST(ParseSite, RefusesMissingAndEmptyParts) {
  EXPECT_EQ(refusal("\n {}"), "2:2: \"transitions\" is missing");
  EXPECT_EQ(hint("{}"), R"(add "transitions": [{"source": {...}, "dest": {...}, "p": 0.5}, ...])");
  EXPECT_EQ(refusal("{\"transitions\": []}"), "1:17: \"transitions\" is empty");
  EXPECT_EQ(hint("{\"transitions\": []}"),
            R"(write [{"source": {...}, "dest": {...}, "p": 0.5}, ...])");
  // A key that is known and passed over takes the place of the one that is missing.
  EXPECT_EQ(refusal(with("\"new-session\"", "\"upgrades\"")), "1:1: \"new-session\" is missing");
  EXPECT_EQ(refusal(with("\"levels\"", "\"upgrades\"")), "1:1: \"levels\" is missing");
  EXPECT_EQ(refusal(with("\"auths\"", "\"upgrades\"")), "1:1: \"auths\" is missing");
  EXPECT_EQ(refusal(with(R"({"auth": "Guest", "weight": 2})", "")), "3:12: \"auths\" is empty");
  EXPECT_EQ(refusal(with(R"("page": "Home", "method")", "\"method\"")), "5:5: \"page\" is missing");
  EXPECT_EQ(refusal(with(",\n     \"p\": 0.5", "")), "8:5: \"p\" is missing");
}

TEST(ParseSite, RefusesUnknownKeysAtEveryLevel) {
  EXPECT_EQ(refusal(with("  \"sesion-gap\": 5,")),
            "2:3: unknown key \"sesion-gap\" in the "
            "configuration");
  EXPECT_EQ(hint(with("  \"sesion-gap\": 5,")), "did you mean \"session-gap\"?");
  EXPECT_EQ(refusal(with("\"p\"", "\"probability\"")),
            "10:6: unknown key \"probability\" in a transition");
  EXPECT_EQ(hint(with("\"p\"", "\"chance\"")), "known are source, dest, p");
  EXPECT_EQ(refusal(with(R"("dest": {"page")", R"("dest": {"pages")")),
            "9:15: unknown key \"pages\" in \"dest\"");
  EXPECT_EQ(refusal(with("\"weight\": 3", "\"weigth\": 3")),
            "5:88: unknown key \"weigth\" in a new session");
  EXPECT_EQ(refusal(with("{\"level\": \"free\", ", "{\"level\": \"free\", \"x\": 1, ")),
            "2:32: unknown key \"x\" in an item of \"levels\"");
  EXPECT_EQ(refusal(with("{\"auth\": \"Guest\", ", "{\"auth\": \"Guest\", \"x\": 1, ")),
            "3:31: unknown key \"x\" in an item of \"auths\"");
  EXPECT_EQ(refusal(with(R"("show-user-details": [{"auth": "A", "shown": true}],)")),
            "2:37: unknown key \"shown\" in an item of \"show-user-details\"");
}

TEST(ParseSite, RefusesWrongTypes) {
  EXPECT_EQ(refusal(with("\"alpha\": \"fast\",")), "2:10: \"alpha\" is a string, not a number");
  EXPECT_EQ(refusal(with("\"session-gap\": 1.5,")),
            "2:16: \"session-gap\" is 1.5, not a whole "
            "number");
  EXPECT_EQ(refusal(with("\"seed\": 1.5,")), "2:9: \"seed\" is not a whole number of 64 bits");
  EXPECT_EQ(refusal(with("\"tag\": null,")), "2:8: \"tag\" is null, not a string");
  EXPECT_EQ(refusal(with("\"start-date\": {},")),
            "2:15: \"start-date\" is an object, not a string");
  EXPECT_EQ(refusal(with("\"upgrades\": 5,")), "2:13: \"upgrades\" is a number, not a list");
  EXPECT_EQ(refusal(with("\"transitions\": [", "\"transitions\": [7, ")),
            "7:19: a transition is a number, not an object");
  EXPECT_EQ(refusal(with("\"status\": 200", "\"status\": \"200\"")),
            "5:49: \"status\" is a string, not a number");
  EXPECT_EQ(refusal(with(R"("show-user-details": [{"auth": "A", "show": "yes"}],)")),
            "2:45: \"show\" is a string, not true or false");
  EXPECT_EQ(refusal(with("\"dest\": {", "\"dest\": [], \"x\": {")),
            "9:18: unknown key \"x\" in a transition");
}

TEST(ParseSite, RefusesValuesOutOfTheirRange) {
  EXPECT_EQ(refusal(with("0.5}", "-0.5}")), "10:11: \"p\" is -0.5, not 0 to 1");
  EXPECT_EQ(refusal(with("0.5}", "1.5}")), "10:11: \"p\" is 1.5, not 0 to 1");
  EXPECT_EQ(refusal(with("\"weight\": 3", "\"weight\": -3")),
            "5:98: \"weight\" is -3, not 0 to 1000000000");
  EXPECT_EQ(refusal(with("\"weight\": 1", "\"weight\": -1")),
            "2:42: \"weight\" is -1, not 0 to 1000000000");
  EXPECT_EQ(refusal(with("\"alpha\": 0,")), "2:10: \"alpha\" is 0, not 0.001 to 1000000000");
  EXPECT_EQ(refusal(with("\"beta\": -1,")), "2:9: \"beta\" is -1, not 1 to 1000000000");
  EXPECT_EQ(refusal(with("\"damping\": 0.16,")), "2:12: \"damping\" is 0.16, not 0 to 0.159154");
  EXPECT_EQ(refusal(with("\"damping\": -0.1,")), "2:12: \"damping\" is -0.1, not 0 to 0.159154");
  EXPECT_EQ(refusal(with("\"weekend-damping\": 1.1,")),
            "2:20: \"weekend-damping\" is 1.1, not 0 to 1");
  EXPECT_EQ(refusal(with("\"weekend-damping-offset\": -1,")),
            "2:27: \"weekend-damping-offset\" is -1, not 0 to 10080");
  EXPECT_EQ(refusal(with("\"weekend-damping-scale\": -1,")),
            "2:26: \"weekend-damping-scale\" is -1, not 0 to 10080");
  EXPECT_EQ(refusal(with("\"session-gap\": -1,")),
            "2:16: \"session-gap\" is -1, not 0 to 1000000000");
  EXPECT_EQ(refusal(with("\"growth-rate\": -0.5,")),
            "2:16: \"growth-rate\" is -0.5, not 0 to 1000000");
  EXPECT_EQ(refusal(with("\"n-users\": 0,")), "2:12: \"n-users\" is 0, not 1 to 4294967295");
  EXPECT_EQ(refusal(with("\"status\": 200", "\"status\": 20")),
            "5:49: \"status\" is 20, not 100 to 599");
}

TEST(ParseSite, RefusesProbabilitiesOverOneTogether) {
  EXPECT_EQ(refusal(and_then(home, song, "0.75")),
            "13:11: the transitions of Home (GET 200, Guest, free) sum to 1.25, over 1");
  EXPECT_EQ(refusal(and_then(home, song, "0.5000000001")), "accepted");
  EXPECT_EQ(refusal(and_then(home, song, "0.50000001")),
            "13:11: the transitions of Home (GET 200, Guest, free) sum to 1.00000001, over 1");
}

TEST(ParseSite, RefusesWeightsThatAreAllZero) {
  EXPECT_EQ(refusal(with("\"weight\": 3", "\"weight\": 0")),
            "5:5: the weights of new sessions of (Guest, free) are all 0");
  EXPECT_EQ(refusal(with("\"weight\": 2", "\"weight\": 0")),
            "3:12: the weights of \"auths\" times \"levels\" are all 0");
  EXPECT_EQ(hint(with("\"weight\": 2", "\"weight\": 0")), "give at least one a weight over 0");
}

TEST(ParseSite, RefusesAStateThatNoSessionComesTo) {
  constexpr std::string_view help =
      R"("page": "Help", "method": "GET", "status": 200, "auth": "Guest", "level": "free")";
  EXPECT_EQ(refusal(and_then(help, song, "0.5")),
            "11:16: no session comes to Help (GET 200, Guest, free)");
  EXPECT_EQ(refusal(and_then(home, help, "0")),
            "12:14: no session comes to Help (GET 200, Guest, free)");
  EXPECT_EQ(hint(and_then(home, help, "0")),
            "lead a transition or a new session there, or remove it");
}

TEST(ParseSite, RefusesASessionThatBeginsNowhere) {
  EXPECT_EQ(refusal(with("Home", "Hone")),
            "5:5: a session begins with Hone (GET 200, Guest, free), which no transition knows");
  EXPECT_EQ(hint(with("Home", "Hone")), "did you mean \"Home (GET 200, Guest, free)\"?");
}

TEST(ParseSite, RefusesUsersWithoutAFirstSession) {
  std::string text = with("[{\"auth\"", R"([{"auth": "Logged In", "weight": 1}, {"auth")");
  EXPECT_EQ(refusal(text),
            "3:12: \"auths\" and \"levels\" make users (Logged In, free), but no "
            "session begins so");
  EXPECT_EQ(hint(text), R"(add a "new-session" with "auth": "Logged In", "level": "free")");
  text = with("[{\"auth\"", R"([{"auth": "Logged In", "weight": 0}, {"auth")");
  EXPECT_EQ(refusal(text), "accepted");
  EXPECT_EQ(refusal(with("\"new-user-auth\": \"Logged In\",")),
            "2:18: \"new-user-auth\" and \"new-user-level\" make users (Logged In, free), but no "
            "session begins so");
  EXPECT_EQ(refusal(with("\"new-user-level\": \"paid\",")),
            "2:19: \"new-user-auth\" and \"new-user-level\" make users (Guest, paid), but no "
            "session begins so");
}

TEST(ParseSite, RefusesMoreStatesThanItCanNumber) {
  std::string text = "{\"transitions\": [";
  for (int i = 0; i < 60'001; ++i) {
    text += fmt::format(
        R"({}{{"source": {{"page": "{}", "method": "GET", "status": 200, "auth": "A", "level": "L"}},)"
        R"("dest": {{"page": "0", "method": "GET", "status": 200, "auth": "A", "level": "L"}},)"
        R"("p": 0}})",
        i == 0 ? "" : ",\n", i);
  }
  EXPECT_EQ(refusal(text + "]}"), "60001:12: more than 60000 states");
}

TEST(ParseSite, FindsPlacesBehindEscapesAMarkAndRepeatedKeys) {
  EXPECT_EQ(refusal("\xEF\xBB\xBF{\"alph\\u0061\": true}"),
            "1:19: \"alpha\" is true or false, not a number");
  EXPECT_EQ(refusal(R"({"tag": "\"}", "alpha": [1, {"beta": 2}], "alpha": []})"),
            "1:52: \"alpha\" is a list, not a number");
}

/// What sessions of the built-in site look like: ten of each of many users.
struct Sample {
  std::map<std::string, double> pages;            ///< by page
  std::map<std::string, double> plays, sessions;  ///< by level
  double events = 0, logged_out = 0, churned = 0, users = 0;
  double session_count() const { return sessions.at("free") + sessions.at("paid"); }
};

Sample sample_of(const Site& site) {
  Sample sample;
  Random random(42, 0);
  for (sample.users = 0; sample.users < 5000; ++sample.users) {
    std::uint16_t entry = site.initial_entries[site.initial.draw(random)];
    for (int session = 0; session < 10 && entry != no_entry; ++session) {
      const Entry& from = site.entries[entry];
      ++sample.sessions[from.level];
      std::uint16_t next = from.states[from.choice.draw(random)];
      while (next != no_state) {
        const State& state = site.states[next];
        ++sample.events;
        ++sample.pages[state.page];
        if (state.is_play) ++sample.plays[state.level];
        if (state.auth == "Logged Out") ++sample.logged_out;
        entry = state.entry;
        next = state.next[state.choice.draw(random)];
      }
    }
    if (entry == no_entry) ++sample.churned;
  }
  return sample;
}

TEST(DefaultSite, HasAllPagesAndAdvertsOnlyForFreeUsers) {
  std::set<std::string> pages, advertised;
  for (const State& state : default_site().states) {
    pages.insert(state.page);
    if (state.page == "Roll Advert") advertised.insert(state.level);
    EXPECT_EQ(state.is_churned, state.page == "Cancellation Confirmation");
  }
  const std::set<std::string> wanted = {"About",
                                        "Add Friend",
                                        "Add to Playlist",
                                        "Cancel",
                                        "Cancellation Confirmation",
                                        "Downgrade",
                                        "Error",
                                        "Help",
                                        "Home",
                                        "Login",
                                        "Logout",
                                        "NextSong",
                                        "Register",
                                        "Roll Advert",
                                        "Save Settings",
                                        "Settings",
                                        "Submit Downgrade",
                                        "Submit Registration",
                                        "Submit Upgrade",
                                        "Thumbs Down",
                                        "Thumbs Up",
                                        "Upgrade"};
  EXPECT_EQ(pages, wanted);
  EXPECT_EQ(advertised, std::set<std::string>{"free"});
}

TEST(DefaultSite, ChangesLevelsOnlyBySubmitting) {
  Site site = default_site();
  for (const State& state : site.states) {
    for (std::uint16_t next : state.next) {
      if (next == no_state || site.states[next].level == state.level) continue;
      EXPECT_EQ(state.page, state.level == "free" ? "Submit Upgrade" : "Submit Downgrade");
      EXPECT_EQ(site.states[next].page, "Home");
    }
  }
}

TEST(DefaultSite, LetsNewUsersRegisterFirst) {
  Site site = default_site();
  EXPECT_EQ(site.entries[site.new_user_entry].auth, "Guest");
  for (const State& state : site.states) {
    for (std::uint16_t next : state.next) {
      bool is_in = next != no_state && site.states[next].auth != "Guest";
      if (state.auth != "Guest" || !is_in) continue;
      EXPECT_EQ(state.page, "Submit Registration");
    }
  }
}

TEST(DefaultSite, LooksLikeTheSharesOfARealMonth) {
  Sample sample = sample_of(default_site());
  double plays = sample.pages["NextSong"];
  EXPECT_NEAR(plays / sample.session_count(), 7.2, 0.5);
  EXPECT_NEAR(sample.plays["free"] / sample.sessions["free"], 1.7, 0.2);
  EXPECT_GT(sample.plays["paid"] / sample.sessions["paid"], 18);
  EXPECT_NEAR(sample.logged_out / sample.events, 0.03, 0.007);
  EXPECT_NEAR(sample.pages["Home"] / plays, 806.0 / 6820, 0.012);
  EXPECT_NEAR(sample.pages["Login"] / plays, 92.0 / 6820, 0.002);
  EXPECT_NEAR(sample.pages["Logout"] / plays, 90.0 / 6820, 0.002);
  EXPECT_NEAR(sample.pages["Downgrade"] / plays, 60.0 / 6820, 0.0015);
  EXPECT_NEAR(sample.pages["Settings"] / plays, 56.0 / 6820, 0.0015);
  EXPECT_NEAR(sample.pages["Help"] / plays, 47.0 / 6820, 0.0015);
  EXPECT_NEAR(sample.pages["Roll Advert"] / sample.plays["free"], 0.125, 0.01);
  EXPECT_NEAR(sample.pages["Thumbs Up"] / sample.events, 0.035, 0.003);
  EXPECT_NEAR(sample.pages["Thumbs Down"] / sample.events, 0.008, 0.001);
  EXPECT_NEAR(sample.churned / sample.users, 0.06, 0.015);
}

/// eventsim's own files, beside the real logs (CONTRIBUTING.md).
TEST(ParseSite, ReadsTheConfigurationsOfEventsim) {
  const char* folder = std::getenv("SPARKIFY_REAL_DATA");
  if (folder == nullptr) GTEST_SKIP() << "SPARKIFY_REAL_DATA is not set";
  const std::filesystem::path eventsim = std::filesystem::path(folder) / "eventsim";
  if (!std::filesystem::is_directory(eventsim)) GTEST_SKIP() << "no folder " << eventsim;
  for (const char* name : {"example-config.json", "guitar-config.json"}) {
    std::ifstream stream(eventsim / name);
    ASSERT_TRUE(stream) << name;
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    Site site = parse_site(text, name);
    EXPECT_EQ(site.entries.size(), 5U) << name;
    EXPECT_EQ(site.beta, 604800) << name;
    EXPECT_EQ(site.entries[site.new_user_entry].auth, "Guest") << name;
    EXPECT_EQ(site.initial_entries.size(), 4U) << name;
  }
}

}  // namespace
}  // namespace sparkify::site
