#include "web/server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "web/files.hpp"

namespace sparkify::web {
namespace {

using base::Error;
using base::ErrorKind;

net::Listener listen(const net::Address& address) {
  net::Listener listener = net::Listener::tcp(address);
  if (listener.is_loopback()) return listener;
  throw Error(ErrorKind::config,
              fmt::format("others can reach {}, and the web app is for this machine alone: it has "
                          "neither TLS nor passwords yet",
                          address.text()))
      .hint("listen on 127.0.0.1, and from elsewhere use: ssh -L 8080:127.0.0.1:8080 THIS_MACHINE");
}

}  // namespace

struct Server::Connection {
  explicit Connection(net::Descriptor socket) : stream(std::move(socket)) {}

  net::SocketStream stream;
  std::atomic<bool> is_idle = true, is_over = false;
  bool is_leaving = false;  ///< told to make room
  std::jthread thread;
};

Server::Server(const ServerOptions& options, warehouse::SharedDatabase database)
    : limits_(options.limits),
      listener_(listen(options.listen)),
      guard_(listener_.address()),
      api_(std::move(database), options.statement_time),
      acceptor_([this] { accept(); }) {}

Server::~Server() {
  stop();
  if (acceptor_.joinable()) acceptor_.join();
  for (Connection& each : connections_) net::end_all(each.stream.descriptor());
  connections_.clear();
}

void Server::stop() {
  api_.stop();
  listener_.stop();
}

void Server::accept() {
  while (!listener_.is_stopped()) {
    auto socket = listener_.accept();
    reap();
    if (!socket || !make_room()) continue;
    std::lock_guard lock(mutex_);
    try {
      Connection& connection = connections_.emplace_back(std::move(*socket));
      connection.thread = std::jthread([this, &connection] { serve(connection); });
    } catch (const std::exception&) {
      // No thread or no memory for this one now; those who are in stay.
      if (!connections_.empty() && !connections_.back().thread.joinable()) connections_.pop_back();
    }
  }
}

bool Server::make_room() {
  std::lock_guard lock(mutex_);
  if (connections_.size() < most_connections) return true;
  auto idle = std::find_if(connections_.begin(), connections_.end(), [](const Connection& each) {
    return each.is_idle && !each.is_over && !each.is_leaving;
  });
  if (idle == connections_.end() || connections_.size() >= 2 * most_connections) return false;
  idle->is_leaving = true;
  net::end_all(idle->stream.descriptor());
  return true;
}

/// Forgets the connections that are over.
void Server::reap() {
  std::list<Connection> over;
  std::lock_guard lock(mutex_);
  for (auto each = connections_.begin(); each != connections_.end();) {
    auto next = std::next(each);
    if (each->is_over) over.splice(over.end(), connections_, each);
    each = next;
  }
}

void Server::serve(Connection& connection) {
  try {
    Exchange exchange(connection.stream, limits_);
    while (exchange.is_open() && !listener_.is_stopped()) {
      connection.is_idle = true;
      auto request = exchange.read();
      if (!request) break;
      connection.is_idle = false;
      if (auto refusal = guard_.judge(*request)) {
        exchange.write(*refusal);
      } else if (request->path.starts_with(Api::prefix)) {
        api_.answer(*request, exchange, connection.stream.descriptor());
      } else if (request->method != Method::get) {
        exchange.write(method_refusal());
      } else {
        exchange.write(file_response(*request));
      }
    }
  } catch (const std::exception&) {
    // The client has been told if it could be, and nobody else is concerned.
  }
  net::end_all(connection.stream.descriptor());
  connection.is_over = true;
}

}  // namespace sparkify::web
