#include "web/server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/caught.hpp"
#include "base/error.hpp"
#include "net/reap.hpp"
#include "web/files.hpp"

namespace sparkify::web {
namespace {

std::unique_ptr<Guard> guard_of(const net::Listener& listener, const Outside& outside) {
  if (listener.is_loopback()) return std::make_unique<Guard>(listener.address());
  if (!outside.demand) {
    throw base::Error(base::ErrorKind::config,
                      fmt::format("others can reach {}, and this is for this machine alone",
                                  listener.address().text()))
        .hint("sparkify serve --web-listen asks those from elsewhere for a password, over TLS");
  }
  outside.demand(listener.address());
  return std::make_unique<Guard>(listener.address(), outside);
}

}  // namespace

struct Server::Connection {
  explicit Connection(net::Descriptor socket)
      : stream(std::move(socket)), address(net::peer_address(stream.descriptor())) {}

  net::SocketStream stream;
  std::string address;
  std::atomic<bool> is_idle = true;  ///< nobody who was let in waits for an answer
  std::atomic<bool> is_over = false;
  bool is_leaving = false;  ///< told to make room
  std::jthread thread;
};

Server::Server(const ServerOptions& options, Outside outside, warehouse::SharedDatabase database,
               session::Host& host)
    : limits_(options.limits),
      handshake_time_(options.handshake_time),
      outside_(std::move(outside)),
      listener_(net::Listener::tcp(options.listen)),
      tls_(listener_.is_loopback() ? nullptr : outside_.tls),
      guard_(guard_of(listener_, outside_)),
      api_(options, std::move(database), host),
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
    net::reap(mutex_, connections_);
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

void Server::serve(Connection& connection) {
  try {
    if (tls_ == nullptr) {
      talk(connection, connection.stream);
    } else {
      auto stream = tls_->accept(connection.stream, handshake_time_);
      talk(connection, *stream);
    }
  } catch (const std::exception&) {
    // The client has been told if it could be, and nobody else is concerned.
  }
  net::end_all(connection.stream.descriptor());
  connection.is_over = true;
}

void Server::talk(Connection& connection, net::Stream& stream) {
  Exchange exchange(stream, limits_);
  while (exchange.is_open() && !listener_.is_stopped()) {
    connection.is_idle = true;
    auto request = exchange.read();
    if (!request) break;
    try {
      answer(connection, *request, exchange);
    } catch (const std::exception&) {
      if (exchange.has_begun()) throw;
      exchange.write(error_response(base::caught_error("the server of this warehouse")));
    }
  }
}

/// Strangers stay idle, so that they who take no byte of a refusal make room for others.
void Server::answer(Connection& connection, const Request& request, Exchange& exchange) {
  if (auto instead = guard_->judge(request, connection.address)) return exchange.write(*instead);
  connection.is_idle = false;
  if (request.path.starts_with(Api::prefix)) {
    api_.answer(request, exchange, connection.stream.descriptor());
  } else if (request.method != Method::get) {
    exchange.write(method_refusal());
  } else {
    exchange.write(file_response(request));
  }
}

}  // namespace sparkify::web
