#include "serve/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/random.hpp"
#include "net/reap.hpp"
#include "pgwire/report.hpp"
#include "serve/login.hpp"
#include "session/session.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;
using session::Activity;
using Clock = Activity::Clock;
using namespace std::chrono_literals;

constexpr std::size_t login_message_bytes = 10'000;
/// Clients that have not logged in yet; a further one takes the place of the one that waits
/// longest.
constexpr std::size_t most_newcomers = 100;

}  // namespace

struct Server::Connection {
  Connection(net::Descriptor socket, std::uint32_t number)
      : activity(socket.get()),
        stream(std::move(socket)),
        process(number),
        key(static_cast<std::uint32_t>(base::random_number())),
        since(Clock::now()) {}

  Activity activity;
  net::SocketStream stream;
  std::uint32_t process;
  std::uint32_t key;
  Clock::time_point since;
  std::atomic<bool> is_client = false;  ///< logged in
  std::atomic<bool> is_over = false;
  std::jthread thread;
};

Server::Server(const warehouse::EmbeddedOptions& warehouse, ServerOptions options,
               AccessOptions access)
    : options_(std::move(options)),
      listener_(net::Listener::tcp(options_.listen)),
      access_(std::move(access), listener_.address(), listener_.is_loopback()),
      file_(warehouse) {
  host_.database = file_.database().get();
  host_.database_name = options_.database_name;
  host_.limits = options_.limits;
  host_.scratch_folder = file_.scratch_folder();
}

Server::~Server() {
  stop();
  see_out();
}

void Server::stop() {
  host_.is_stopping = true;
  listener_.stop();
}

void Server::run() {
  std::jthread watcher([this](const std::stop_token& stop) { look_after(stop); });
  while (!listener_.is_stopped()) {
    auto socket = listener_.accept();
    if (!socket) continue;
    try {
      welcome(std::move(*socket));
    } catch (const std::exception&) {
      // No thread or no memory for this one now; those who are in stay.
    }
  }
  see_out();
}

void Server::welcome(net::Descriptor socket) {
  net::reap(mutex_, connections_);
  std::lock_guard lock(mutex_);
  make_room();
  Connection& connection = connections_.emplace_back(std::move(socket), ++last_process_);
  try {
    connection.thread = std::jthread([this, &connection] { serve(connection); });
  } catch (...) {
    connections_.pop_back();
    throw;
  }
}

/// Whoever has not logged in for longest leaves when too many wait.
void Server::make_room() {
  auto is_newcomer = [](const Connection& each) { return !each.is_client && !each.is_over; };
  auto count = std::count_if(connections_.begin(), connections_.end(), is_newcomer);
  if (static_cast<std::size_t>(count) < most_newcomers) return;
  auto oldest = std::find_if(connections_.begin(), connections_.end(), is_newcomer);
  net::end_all(oldest->activity.socket());
}

void Server::serve(Connection& connection) {
  try {
    talk(connection);
  } catch (const std::exception&) {
    // The client has been told if it could be, and nobody else is concerned.
  }
  net::end_all(connection.activity.socket());
  connection.is_over = true;
}

void Server::talk(Connection& connection) {
  pgwire::Input input(connection.stream, {login_message_bytes, options_.login_time});
  pgwire::Output output(connection.stream, options_.limits.stall_time);
  Login login(access_, connection.stream, input, output);
  try {
    Arrival arrival = login.run();
    if (arrival.cancel) return cancel(arrival.cancel->first, arrival.cancel->second);
    if (!arrival.client) return;
    admit(connection);
    arrival.client->process = connection.process;
    arrival.client->key = connection.key;
    input.set_limits({options_.limits.message_bytes, options_.limits.stall_time});
    session::Session session(host_, connection.activity, input, output, *arrival.client);
    session.run();
  } catch (const Error& error) {
    pgwire::Report report = pgwire::report_of(error, "", "");
    report.severity = "FATAL";
    if (!connection.is_client) {
      // Strangers need not know where things lie on this machine.
      std::string detail = std::exchange(report.detail, {});
      if (error.kind() != ErrorKind::unavailable && host_.log_statement) {
        host_.log_statement(
            fmt::format("refused: {}{}{}", error.message(), detail.empty() ? "" : ", at ", detail));
      }
    }
    output.report(report);
    output.flush();
  }
}

void Server::admit(Connection& connection) {
  std::lock_guard lock(mutex_);
  auto is_client = [](const Connection& each) { return each.is_client && !each.is_over; };
  auto count = std::count_if(connections_.begin(), connections_.end(), is_client);
  if (static_cast<std::size_t>(count) >= options_.most_clients) {
    throw Error(ErrorKind::unavailable, "sorry, too many clients already").sql_state("53300");
  }
  connection.is_client = true;
}

void Server::cancel(std::uint32_t process, std::uint32_t key) {
  std::lock_guard lock(mutex_);
  for (Connection& each : connections_) {
    if (each.process == process && each.key == key && each.is_client && !each.is_over) {
      each.activity.request(Activity::Stop::cancelled);
    }
  }
}

void Server::look_after(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::this_thread::sleep_for(50ms);
    {
      std::lock_guard lock(mutex_);
      auto now = Clock::now();
      for (Connection& each : connections_) {
        each.activity.look_after(now);
        bool is_late = !each.is_client && now - each.since > options_.login_time;
        if (is_late && !each.is_over) net::end_all(each.activity.socket());
      }
    }
    net::reap(mutex_, connections_);
  }
}

/// Ends every session: the idle at once, those that work after their grace.
void Server::see_out() {
  auto begun = Clock::now();
  for (;;) {
    {
      std::lock_guard lock(mutex_);
      bool is_late = Clock::now() - begun > options_.grace;
      bool is_too_late = Clock::now() - begun > 2 * options_.grace;
      for (Connection& each : connections_) {
        if (is_late) each.activity.request(Activity::Stop::shutting_down);
        if (!each.activity.is_running()) net::end_reading(each.activity.socket());
        if (is_too_late) net::end_all(each.activity.socket());
      }
    }
    net::reap(mutex_, connections_);
    {
      std::lock_guard lock(mutex_);
      if (connections_.empty()) return;
    }
    std::this_thread::sleep_for(10ms);
  }
}

}  // namespace sparkify::serve
