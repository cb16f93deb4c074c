#pragma once

#include <chrono>
#include <thread>
#include <vector>

#include "s3_server/bucket.hpp"

namespace sparkify::bench {

/// HTTP/1.1 over kept connections: ListObjectsV2, GET with Range, HEAD. Verifies nothing, has no
/// TLS; it is there to be faster than its client.
///
/// Threads: one that accepts, `threads` that answer; a connection stays with its thread. A request
/// that waits out its latency takes no thread.
class Server {
 public:
  struct Options {
    int port = 0;  ///< 0: any
    unsigned threads = 2;
    std::chrono::microseconds latency{0};  ///< from a request's last byte to its answer's first
  };

  /// Begins to serve; borrows the buckets. Throws std::system_error.
  Server(const Buckets& buckets, Options options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }

 private:
  void accept_all();

  int listener_ = -1;
  int port_ = 0;
  std::vector<int> polls_;  ///< an epoll of each thread
  std::vector<std::jthread> threads_;
};

}  // namespace sparkify::bench
