#include "infra/checks.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace sparkify::infra {
namespace {

constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view digits = "0123456789";

bool is_in(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool has_only(std::string_view text, std::string_view set, std::string_view more) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_in(c, set) || is_in(c, more); });
}

bool has_any(std::string_view text, std::string_view set) {
  return text.find_first_of(set) != std::string_view::npos;
}

/// Of Redshift's reserved words those that people name databases and users by.
constexpr std::array<std::string_view, 16> reserved = {
    "all",  "analyse", "analyze", "and",    "any",   "default", "group", "order",
    "part", "public",  "select",  "system", "table", "time",    "user",  "where"};

std::optional<Objection> objection_to_word(std::string_view name, std::string_view what) {
  if (std::find(reserved.begin(), reserved.end(), name) == reserved.end()) return std::nullopt;
  return Objection{fmt::format("\"{}\" is a word of SQL, no name of a {}", name, what),
                   fmt::format("choose another, such as sparkify_{}", what)};
}

constexpr std::array<std::string_view, 36> regions = {
    "af-south-1",     "ap-east-1",      "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    "ap-south-1",     "ap-south-2",     "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
    "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "ca-central-1",   "ca-west-1",
    "cn-north-1",     "cn-northwest-1", "eu-central-1",   "eu-central-2",   "eu-north-1",
    "eu-south-1",     "eu-south-2",     "eu-west-1",      "eu-west-2",      "eu-west-3",
    "il-central-1",   "me-central-1",   "me-south-1",     "mx-central-1",   "sa-east-1",
    "us-east-1",      "us-east-2",      "us-gov-east-1",  "us-gov-west-1",  "us-west-1",
    "us-west-2"};

/// What a text is as an IPv4 address.
std::optional<std::uint32_t> read_address(std::string_view text) {
  in_addr found{};
  if (::inet_pton(AF_INET, std::string(text).c_str(), &found) != 1) return std::nullopt;
  return ntohl(found.s_addr);
}

bool is_private(std::uint32_t address) {
  return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8;
}

}  // namespace

std::optional<Objection> objection_to_cluster_name(std::string_view name) {
  bool is_ok = !name.empty() && name.size() <= 63 && is_in(name.front(), lower) &&
               has_only(name, lower, "0123456789-") && name.back() != '-' &&
               name.find("--") == std::string_view::npos;
  if (is_ok) return std::nullopt;
  return Objection{fmt::format("\"{}\" is no name of a cluster", name),
                   "up to 63 lower-case letters, digits and single hyphens, a letter first"};
}

std::optional<Objection> objection_to_database_name(std::string_view name) {
  bool is_ok = !name.empty() && name.size() <= 64 &&
               (is_in(name.front(), lower) || name[0] == '_') &&
               has_only(name, lower, "0123456789_$");
  if (is_ok) return objection_to_word(name, "database");
  return Objection{fmt::format("\"{}\" is no name of a database", name),
                   "up to 64 lower-case letters, digits, _ and $, a letter first"};
}

std::optional<Objection> objection_to_admin_name(std::string_view name) {
  bool is_ok = !name.empty() && name.size() <= 128 && is_in(name.front(), lower) &&
               has_only(name, lower, "0123456789_+.@-");
  if (is_ok) return objection_to_word(name, "user");
  return Objection{fmt::format("\"{}\" is no name of a cluster's administrator", name),
                   "lower-case letters, digits and _+.@-, a letter first"};
}

std::optional<Objection> objection_to_password(std::string_view password) {
  std::string_view flaw;
  if (password.size() < 8 || password.size() > 64) flaw = "has not 8 to 64 characters";
  if (!has_any(password, upper)) flaw = "has no upper-case letter";
  if (!has_any(password, lower)) flaw = "has no lower-case letter";
  if (!has_any(password, digits)) flaw = "has no digit";
  if (has_any(password, R"('"\/@ )")) flaw = R"(has one of ' " \ / @ or a blank)";
  if (std::any_of(password.begin(), password.end(), [](char c) { return c < 0x20 || c > 0x7e; })) {
    flaw = "has a character that is not printable ASCII";
  }
  if (flaw.empty()) return std::nullopt;
  return Objection{fmt::format("Redshift will not take this password: it {}", flaw),
                   "leave it empty, and Secrets Manager makes and keeps one"};
}

std::optional<Objection> objection_to_port(std::string_view port) {
  int number = 0;
  std::from_chars(port.data(), port.data() + port.size(), number);
  bool is_ok = (number >= 5431 && number <= 5455) || (number >= 8191 && number <= 8215);
  if (is_ok) return std::nullopt;
  return Objection{fmt::format("Redshift does not listen on port {}", port),
                   "5431 to 5455 and 8191 to 8215 are possible, 5439 is usual"};
}

std::optional<Objection> objection_to_role_name(std::string_view name) {
  std::string more = std::string(upper) + "0123456789_+=,.@-";
  if (!name.empty() && name.size() <= 64 && has_only(name, lower, more)) return std::nullopt;
  return Objection{fmt::format("\"{}\" is no name of a role", name),
                   "up to 64 letters, digits and _+=,.@-"};
}

std::optional<Objection> objection_to_region(std::string_view region) {
  std::size_t last = region.rfind('-');
  bool is_ok = last != std::string_view::npos && region.find('-') < last && region.find('-') >= 2 &&
               last + 1 < region.size() && has_only(region.substr(last + 1), digits, "") &&
               has_only(region.substr(0, last), lower, "-");
  if (is_ok) return std::nullopt;
  return Objection{fmt::format("\"{}\" is no region of AWS", region), "such as us-west-2"};
}

std::optional<Objection> doubt_about_region(std::string_view region) {
  if (std::find(regions.begin(), regions.end(), region) != regions.end()) return std::nullopt;
  return Objection{fmt::format("\"{}\" is no region known here", region),
                   base::did_you_mean(region, regions)};
}

std::optional<Objection> objection_to_address(std::string_view address) {
  auto found = read_address(address);
  bool is_of_internet = found && *found >> 24 != 0 && *found >> 24 < 224 && !is_private(*found);
  if (is_of_internet) return std::nullopt;
  return Objection{fmt::format("\"{}\" is no address of a machine in the internet", address),
                   "one IPv4 address, such as 203.0.113.7: a range would let strangers in"};
}

std::optional<Objection> objection_to_private_range(std::string_view range) {
  std::size_t slash = std::min(range.find('/'), range.size());
  auto found = read_address(range.substr(0, slash));
  std::string_view tail = range.substr(std::min(slash + 1, range.size()));
  int bits = 0;
  auto [end, failure] = std::from_chars(tail.data(), tail.data() + tail.size(), bits);
  bool is_number = failure == std::errc() && end == tail.data() + tail.size();
  if (found && is_private(*found) && is_number && bits >= 12 && bits <= 32) return std::nullopt;
  return Objection{fmt::format("\"{}\" is no range of a private network", range),
                   "such as 10.0.0.0/16; an address of the internet takes --public"};
}

}  // namespace sparkify::infra
