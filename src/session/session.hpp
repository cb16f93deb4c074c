#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pgwire/input.hpp"
#include "pgwire/messages.hpp"
#include "pgwire/output.hpp"
#include "session/executor.hpp"
#include "session/host.hpp"
#include "session/settings.hpp"

namespace sparkify::session {

/// Who has logged in.
struct Client {
  std::string user;
  std::uint32_t process = 0;  ///< the session's number, for clients
  std::uint32_t key = 0;      ///< who knows it may cancel the session's statements
  /// Whatever it says, the engine lets it read and have temporary tables only.
  bool is_read_only = false;
  /// Settings that the client asked for when it connected.
  std::vector<std::pair<std::string, std::string>> settings;
};

/// Talks with one client from the login to the end.
/// Threads: one.
class Session {
 public:
  /// Borrows all of them.
  Session(Host& host, Activity& activity, pgwire::Input& input, pgwire::Output& output,
          const Client& client);

  /// Serves the client until it leaves, the server stops, or the connection breaks.
  /// Throws what ends the session otherwise: unavailable, bad_data.
  void run();

 private:
  void greet(const Client& client);
  /// Returns false when the client leaves.
  bool handle(const pgwire::Input::Frame& frame);
  bool refuse(char type, const base::Error& error);
  void query(std::string_view text);
  void run_all(const std::vector<sql::Statement>& statements);
  void parse(const pgwire::Parse& message);
  void bind(const pgwire::Bind& message);
  void describe(const pgwire::Describe& message);
  void execute(const pgwire::Execute& message);
  void close(const pgwire::Close& message);
  void sync();
  void ready();
  void report(const base::Error& error, std::string_view text);
  void run_extended(const pgwire::Message& message);
  void run(Portal& portal, Executor::Manner manner);
  void log(const sql::Statement& statement, Activity::Clock::time_point begun,
           std::string_view outcome) const;

  Host& host_;
  pgwire::Input& input_;
  pgwire::Output& output_;
  Settings settings_;
  Executor executor_;
  std::uint32_t process_;
  bool is_skipping_ = false;  ///< after an error in the extended protocol, until Sync
};

}  // namespace sparkify::session
