#pragma once

#include <chrono>
#include <string>

#include "aws/credentials.hpp"

namespace sparkify::aws {

/// Runs a profile's `credential_process`, without a shell, and reads the JSON that it prints.
/// What it writes to standard error is part of the message when it fails, its output never.
/// Source: "Sourcing credentials with an external process" of the AWS CLI.
/// Throws denied (it failed, or printed something else), unavailable (it runs longer than
/// `most_time` and was killed), config (no command).
Credentials run_credential_process(const std::string& command,
                                   std::chrono::milliseconds most_time = std::chrono::minutes(1));

}  // namespace sparkify::aws
