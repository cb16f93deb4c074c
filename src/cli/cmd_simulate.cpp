#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <thread>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "cli/commands.hpp"
#include "event/json.hpp"
#include "simulate/dataset.hpp"
#include "terminal/progress.hpp"

namespace sparkify::cli {
namespace {

using base::Error;
using base::ErrorKind;
using simulate::DatasetOptions;
using simulate::DirtRates;
using site::Site;

/// Registrations lie up to five years before, and have thirteen digits.
constexpr std::string_view first_date = "2007-01-01", last_date = "2199-12-31";

/// A number from 0 to `most`.
double parse_number(std::string_view name, std::string_view text, double most) {
  double value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool is_number = failure == std::errc() && end == text.data() + text.size();
  if (is_number && value >= 0 && value <= most) return value;
  throw Error(ErrorKind::usage,
              fmt::format("{} takes a number from 0 to {}, not \"{}\"", name, most, text));
}

double number(const Arguments& arguments, std::string_view flag, double most) {
  return parse_number(fmt::format("--{}", flag), arguments.text(flag), most);
}

std::uint32_t small_count(const Arguments& arguments, std::string_view flag, std::uint32_t least) {
  constexpr std::uint32_t most = INT32_MAX;  // what an INTEGER of the warehouse holds
  std::uint64_t value = arguments.count(flag);
  if (value >= least && value <= most) return static_cast<std::uint32_t>(value);
  throw Error(ErrorKind::usage,
              fmt::format("--{} takes a number from {} to {}, not {}", flag, least, most, value));
}

std::int64_t parse_date(std::string_view text, ErrorKind kind, const std::string& name) {
  auto time_ms = base::parse_time_ms(text);
  if (!time_ms) {
    throw Error(kind, fmt::format("{}: \"{}\" is no date", name, text))
        .hint("dates are YYYY-MM-DD, also with a time: 2018-11-01T21:00:00");
  }
  if (*time_ms >= *base::parse_time_ms(first_date) &&
      *time_ms < *base::parse_time_ms(last_date) + base::day_ms) {
    return *time_ms;
  }
  throw Error(kind,
              fmt::format("{}: {} lies outside of {} to {}", name, text, first_date, last_date));
}

/// One of --dirty's rates by name.
struct Rate {
  std::string_view name;
  double DirtRates::*member;
};
constexpr std::array<Rate, 9> rates = {{{"malformed", &DirtRates::malformed},
                                        {"wrong-type", &DirtRates::wrong_type},
                                        {"repeated", &DirtRates::repeated},
                                        {"redelivered", &DirtRates::redelivered},
                                        {"late", &DirtRates::late},
                                        {"double-encoded", &DirtRates::double_encoded},
                                        {"late-songs", &DirtRates::late_songs},
                                        {"repeated-songs", &DirtRates::repeated_songs},
                                        {"several-names", &DirtRates::several_names}}};

/// `0.01` for all, or `malformed=0.01,late=0.1`.
DirtRates parse_dirt(std::string_view text) {
  DirtRates found;
  if (text.find('=') == std::string_view::npos) {
    double rate = parse_number("--dirty", text, 0.2);
    for (const Rate& each : rates) found.*each.member = rate;
    return found;
  }
  while (!text.empty()) {
    std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    std::string_view name = part.substr(0, part.find('='));
    auto rate = std::find_if(rates.begin(), rates.end(),
                             [&](const Rate& each) { return each.name == name; });
    if (rate == rates.end() || name.size() == part.size()) {
      std::vector<std::string_view> names;
      for (const Rate& each : rates) names.push_back(each.name);
      throw Error(ErrorKind::usage, fmt::format("--dirty: \"{}\" is no NAME=RATE", part))
          .hint(fmt::format("names are {}", fmt::join(names, ", ")));
    }
    found.*rate->member =
        parse_number(fmt::format("--dirty {}", name), part.substr(name.size() + 1), 1);
  }
  double sum = found.malformed + found.wrong_type + found.repeated + found.redelivered + found.late;
  if (sum <= 1) return found;
  throw Error(ErrorKind::usage, fmt::format("--dirty: the rates of events are {} together", sum))
      .hint("malformed, wrong-type, repeated, redelivered and late may be 1 together at most");
}

Site read_site(Invocation& invocation) {
  auto path = invocation.arguments.value("config");
  if (!path) return site::default_site();
  return site::parse_site(read_text(invocation.store(), *path), *path);
}

/// Start and end: flags, then the site's configuration, then defaults.
void set_period(const Arguments& arguments, const Site& site, DatasetOptions& options) {
  simulate::SimulationOptions& simulation = options.simulation;
  if (arguments.has("events") && arguments.has("days")) {
    throw Error(ErrorKind::usage, "--events and --days exclude each other");
  }
  if (arguments.has("from") || (!site.start_date && !options.is_following)) {
    simulation.start_ms = parse_date(arguments.text("from"), ErrorKind::usage, "--from");
  } else if (site.start_date && !options.is_following) {
    simulation.start_ms = parse_date(*site.start_date, ErrorKind::config, "start-date");
  } else {
    simulation.start_ms =
        std::chrono::system_clock::now().time_since_epoch() / std::chrono::milliseconds(1);
  }
  if (arguments.has("events")) {
    simulation.event_limit = arguments.count("events");
    if (simulation.event_limit == 0) {
      throw Error(ErrorKind::usage, "--events takes a number from 1");
    }
  } else if (site.end_date && !arguments.has("days") && !options.is_following) {
    simulation.end_ms = parse_date(*site.end_date, ErrorKind::config, "end-date");
  } else if (arguments.has("days") || !options.is_following) {
    std::int64_t days = small_count(arguments, "days", 1);
    std::int64_t most = (simulate::latest_ms - simulation.start_ms) / base::day_ms;
    if (days > most) {
      throw Error(ErrorKind::usage, fmt::format("--days takes at most {} from that start", most))
          .hint("simulated time ends in 2286");
    }
    simulation.end_ms = simulation.start_ms + days * base::day_ms;
  }
  if (simulation.end_ms <= simulation.start_ms) {
    throw Error(ErrorKind::config, "end-date lies before the start");
  }
}

void set_users(const Arguments& arguments, const Site& site, simulate::SimulationOptions& options) {
  auto pick = [&](std::string_view flag, const std::optional<std::uint32_t>& configured) {
    return configured && !arguments.has(flag) ? *configured : small_count(arguments, flag, 1);
  };
  options.user_count = pick("users", site.user_count);
  options.first_user_id = pick("first-user-id", site.first_user_id);
  if (std::uint64_t{options.user_count} + options.first_user_id > INT32_MAX) {
    throw Error(ErrorKind::usage, "user ids go up to 2147483647");
  }
  options.growth_rate = site.growth_rate && !arguments.has("growth-rate")
                            ? *site.growth_rate
                            : number(arguments, "growth-rate", 1000);
  options.attrition_rate = number(arguments, "attrition-rate", 1000);
  options.tag = arguments.has("tag") ? arguments.text("tag") : site.tag.value_or("");
  if (event::find_invalid_utf8(options.tag)) throw Error(ErrorKind::usage, "--tag is no UTF-8");
  options.seed = site.seed && !arguments.has("seed") ? *site.seed : arguments.count("seed");
  auto threads = static_cast<unsigned>(small_count(arguments, "threads", 0));
  options.thread_count =
      std::min(threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency()), 256U);
}

void set_catalogue(const Arguments& arguments, DatasetOptions& options) {
  constexpr std::uint32_t most_songs = 1'000'000;
  const DirtRates& dirt = options.simulation.dirt;
  std::uint32_t songs = small_count(arguments, "songs", 1);
  if (songs > most_songs) {
    throw Error(ErrorKind::usage, fmt::format("--songs takes at most {}", most_songs));
  }
  options.catalogue = {options.simulation.seed,
                       songs,
                       number(arguments, "unknown-share", 1),
                       dirt.late_songs,
                       dirt.repeated_songs,
                       dirt.several_names,
                       dirt.double_encoded};
  if (auto path = arguments.value("song-data")) options.song_data = canonical_path(*path);
}

DatasetOptions dataset_options(const Arguments& arguments, const Site& site,
                               const base::ObjectStore& store) {
  DatasetOptions options;
  auto folder = arguments.value("out");
  if (!folder || folder->empty()) {
    throw Error(ErrorKind::usage, "--out is missing: where is the data set to go?")
        .hint("--out FOLDER, or --out - for events on standard output");
  }
  options.folder = canonical_path(*folder);
  while (options.folder.size() > 1 && options.folder.ends_with('/')) options.folder.pop_back();
  std::string compression = arguments.text("compress");
  using Compression = simulate::EventFiles::Compression;
  if (compression == "gzip") options.compression = Compression::gzip;
  if (compression == "zstd") options.compression = Compression::zstd;
  options.is_following = arguments.has("follow");
  options.speed = number(arguments, "speed", 1e6);
  bool is_plain = options.compression == Compression::none;
  bool grows = options.is_following && !store.is_far(options.folder);
  if (!is_plain && (grows || options.folder == "-")) {
    throw Error(ErrorKind::usage, "--compress is for files that are written at one go")
        .hint("leave it out with --follow, but into S3, and with --out -");
  }
  if (options.speed == 0) throw Error(ErrorKind::usage, "--speed takes a number above 0");
  set_period(arguments, site, options);
  options.simulation.dirt = parse_dirt(arguments.text("dirty"));
  set_users(arguments, site, options.simulation);
  set_catalogue(arguments, options);
  return options;
}

/// As a shell takes it for one word.
std::string shell_word(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
  if (text.find_first_not_of(plain) == std::string_view::npos) return std::string(text);
  std::string word = "'";
  for (char byte : text) {
    if (byte == '\'') word += "'\\'";
    word += byte;
  }
  return word + "'";
}

/// Why there are fewer events than --events asks for.
std::string shortfall_text(const simulate::DatasetSummary& summary, std::uint64_t asked) {
  bool is_latest = summary.end_ms >= simulate::latest_ms;
  return fmt::format("{} of {} events: {}", base::format_count(summary.events),
                     base::format_count(asked),
                     is_latest ? "simulated time ends in 2286" : "all users have left for good");
}

std::string summary_text(const simulate::DatasetSummary& summary, const DatasetOptions& options) {
  double per_second = summary.seconds > 0 ? 1 / summary.seconds : 0;
  auto rate = [&](std::uint64_t amount) {
    return static_cast<std::uint64_t>(static_cast<double>(amount) * per_second);
  };
  auto time = [](std::int64_t time_ms) {
    return fmt::format("{:%Y-%m-%d %H:%M:%S}",
                       fmt::gmtime(static_cast<std::time_t>(time_ms / 1000)));
  };
  return fmt::format(
      "events: {} of {} users, from {} to {} (UTC)\n"
      "songs: {}\n"
      "time: {} ({} events/s, {}/s)\n",
      base::format_count(summary.events), base::format_count(std::uint64_t{summary.users}),
      time(options.simulation.start_ms), time(summary.end_ms),
      base::format_count(std::uint64_t{summary.songs}), base::format_seconds(summary.seconds),
      base::format_count(rate(summary.events)), base::format_bytes(rate(summary.bytes)));
}

}  // namespace

void simulate(Invocation& invocation) {
  const Arguments& arguments = invocation.arguments;
  Stores& store = invocation.store();
  Site site = read_site(invocation);
  DatasetOptions options = dataset_options(arguments, site, store);
  terminal::ProgressLine line = terminal::ProgressLine::on_standard_error(arguments.has("quiet"));
  std::atomic<bool> stop = false;
  terminal::Interrupts::Watch watch(invocation.interrupts, [&] {
    stop = true;
    if (!options.is_following) store.interrupt();  // a follower writes what it has
  });
  auto progress = [&](std::int64_t, std::uint64_t events) {
    line.progressed({.rows_done = events});
  };
  simulate::DatasetSummary summary = [&] {
    etl::Stage stage(line, "simulate");
    return simulate::make_dataset(store, site, options, progress, stop);
  }();
  std::uint64_t asked = options.simulation.event_limit;
  if (asked != UINT64_MAX && summary.events < asked && !stop) {
    // A warning, also with --quiet: there are fewer events than were asked for.
    terminal::write_error(fmt::format("sparkify: warning: {}\n", shortfall_text(summary, asked)));
  }
  if (options.folder == "-") return;
  invocation.out.write(summary_text(summary, options));
  std::string songs = options.song_data.value_or(options.folder + "/song_data");
  invocation.note(fmt::format("next: sparkify etl --log-data {} --song-data {}",
                              shell_word(options.folder + "/log_data"), shell_word(songs)));
}

}  // namespace sparkify::cli
