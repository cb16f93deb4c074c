#pragma once

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "net/http.hpp"
#include "net/transfer.hpp"

namespace sparkify::net {

/// A request and who waits for it.
struct Order {
  HttpRequest request;
  HttpClient::Done done;
};

/// What waits for a connection, in order, for all engines of a client. Threads: safe.
class OrderQueue {
 public:
  /// Whether it was empty before.
  bool push(Order order);
  std::optional<Order> pop();
  bool is_empty() const;

  void cancel() { is_cancelled_ = true; }
  void stop() { is_stopping_ = is_cancelled_ = true; }
  bool is_cancelled() const { return is_cancelled_; }
  bool is_stopping() const { return is_stopping_; }

 private:
  mutable std::mutex mutex_;
  std::deque<Order> waiting_;  ///< guarded by mutex_
  std::atomic<bool> is_cancelled_ = false;
  std::atomic<bool> is_stopping_ = false;
};

/// A thread that drives libcurl: epoll tells which sockets are ready, libcurl's timer and the
/// transfers' deadlines how long to wait. It takes orders while it has no more to do than the
/// others have.
class Engine {
 public:
  /// Finds the engine with least to do.
  using LeastBusy = std::function<Engine&()>;

  /// Borrows `queue`. Begins with begin().
  Engine(OrderQueue& queue, std::size_t connections, std::string ca_bundle);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void begin(LeastBusy least_busy);
  /// After the queue's stop(): waits until all that ran has ended.
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  void wake();
  bool is_this_thread() const { return thread_.get_id() == std::this_thread::get_id(); }
  std::size_t running_count() const { return running_count_; }

 private:
  class FileDescriptor {
   public:
    explicit FileDescriptor(int number);
    ~FileDescriptor();
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    int operator*() const { return number_; }

   private:
    int number_;
  };
  struct CloseMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known);
  static int on_timer(CURLM*, long wait_ms, void* self);

  void run();
  void take_orders();
  bool has_room() const { return running_.size() < most_; }
  void start(Order order);
  void end(Transfer& transfer, HttpResult result);
  void perform();
  int wait_ms() const;
  void report_finished();
  void end_overdue();
  void watch(int descriptor, std::uint32_t events, int operation);

  OrderQueue& queue_;
  const std::size_t most_;
  LeastBusy least_busy_;
  FileDescriptor epoll_, wakeup_;
  std::atomic<std::size_t> running_count_ = 0;

  // The thread's own.
  std::unique_ptr<CURLM, CloseMulti> multi_;
  std::string ca_bundle_;
  std::vector<std::unique_ptr<Transfer>> running_, idle_;
  Transfer::Clock::time_point timer_at_ = Transfer::Clock::time_point::max();
  Transfer::Clock::time_point look_at_ = Transfer::Clock::time_point::max();

  std::thread thread_;
};

}  // namespace sparkify::net
