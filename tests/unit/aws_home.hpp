#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "aws/identity.hpp"
#include "base/error.hpp"
#include "config/settings.hpp"

namespace sparkify::aws {

/// A home folder, an environment and a clock of a test's own. Requests go out for real; the
/// instance's metadata service is off unless a test names one.
class Home {
 public:
  Home();
  ~Home();
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  /// Below the home: `.aws/config`. Returns its path.
  std::string write(const std::string& name, std::string_view text) const;
  std::string path(const std::string& name) const { return folder_ / name; }

  std::map<std::string, std::string> variables;
  Instant now = Instant(std::chrono::seconds(1'800'000'000));
  std::string dwh_cfg;
  std::vector<config::Inputs::Flag> flags;
  int pause_count = 0;

  Surroundings surroundings();
  config::Settings settings() const;
  Identity identity() { return Identity(settings(), surroundings()); }

 private:
  std::filesystem::path folder_;
};

/// The credentials and where they are from, `AKID secret token < origin`, or the message of the
/// error, with its place and hint.
std::string outcome(const Identity& identity);
std::string rendered(const base::Error& error);

}  // namespace sparkify::aws
