#pragma once

#include <chrono>
#include <string>

namespace sparkify::infra {

/// Whether a PostgreSQL server that speaks TLS listens there: connects, asks for TLS as clients do,
/// and hangs up. Throws unavailable: no such host, no connection in time, no TLS.
void require_listener(const std::string& host, const std::string& port,
                      std::chrono::milliseconds patience);

}  // namespace sparkify::infra
