#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/identity.hpp"
#include "cli/invocation.hpp"
#include "cloud/service.hpp"
#include "terminal/interrupts.hpp"

namespace sparkify::cli {

/// What commands on the cloud ask through: who one is, in which region, at which endpoint. While it
/// lives, Ctrl-C ends a wait. Throws config, usage, denied.
class CloudDoor {
 public:
  explicit CloudDoor(Invocation& invocation);

  const cloud::Session& session() const { return session_; }
  bool has_credentials() const { return !session_.credentials->is_anonymous(); }

 private:
  aws::Identity identity_;
  terminal::Interrupts::Watch watch_;
  cloud::Session session_;
};

/// Shows a question on standard error and reads a line of standard input. Throws usage, with what
/// to do instead as hint, when there is none.
std::string ask_user(const std::string& question, const std::string& otherwise);

/// Names and values, one below the other.
void print_pairs(Invocation& invocation,
                 const std::vector<std::pair<std::string, std::string>>& pairs);

/// `$0.38 an hour`, or that it is not known.
std::string hourly_text(std::optional<double> dollars);

}  // namespace sparkify::cli
