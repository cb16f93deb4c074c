#include "aws_home.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <fstream>
#include <stdexcept>

namespace sparkify::aws {

Home::Home() {
  std::string name = std::filesystem::temp_directory_path() / "sparkify-home-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for a home");
  folder_ = name;
  variables = {{"HOME", name}, {"AWS_EC2_METADATA_DISABLED", "true"}};
}

Home::~Home() { std::filesystem::remove_all(folder_); }

std::string Home::write(const std::string& name, std::string_view text) const {
  std::filesystem::path path = folder_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Surroundings Home::surroundings() {
  Surroundings real = real_surroundings("");
  real.variable = [this](const std::string& name) {
    auto found = variables.find(name);
    return found == variables.end() ? "" : found->second;
  };
  real.now = [this] { return now; };
  real.pause = [this](std::chrono::milliseconds) { ++pause_count; };
  return real;
}

config::Settings Home::settings() const {
  config::Inputs inputs;
  inputs.flags = flags;
  inputs.variable = [this](const std::string& name) -> std::optional<std::string> {
    auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  if (!dwh_cfg.empty()) inputs.project_file = {"dwh.cfg", dwh_cfg};
  return config::Settings(inputs);
}

std::string rendered(const base::Error& error) { return base::render(error); }

std::string outcome(const Identity& identity) {
  try {
    auto credentials = identity.credentials()->credentials();
    std::string who = !credentials
                          ? "nobody"
                          : fmt::format("{} {} {}", credentials->access_key_id,
                                        credentials->secret_access_key, credentials->session_token);
    return fmt::format("{} < {}", who, identity.credentials()->origin());
  } catch (const base::Error& error) {
    return rendered(error);
  }
}

}  // namespace sparkify::aws
