#include "net/http.hpp"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "net/transfer.hpp"

namespace sparkify::net {
namespace {

using Clock = Transfer::Clock;

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {
    if (number < 0) throw base::system_error(errno, "make a descriptor", "network");
  }
  ~FileDescriptor() { ::close(number_); }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int operator*() const { return number_; }

 private:
  int number_;
};

struct CloseMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

CURLM* make_multi() {
  static const CURLcode is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* multi = is_ready == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) throw base::Error(base::ErrorKind::internal, "libcurl does not start");
  return multi;
}

/// As users of AWS's tools, of curl and of OpenSSL expect; empty: what libcurl was built with.
std::string find_ca_bundle(std::string chosen) {
  if (!chosen.empty()) return chosen;
  for (const char* name : {"AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
    const char* path = std::getenv(name);
    if (path != nullptr && *path != 0) return path;
  }
  const char* built_in = curl_version_info(CURLVERSION_NOW)->cainfo;
  if (built_in != nullptr && ::access(built_in, R_OK) == 0) return {};
  // A libcurl that was brought along from another distribution.
  for (const char* path : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    if (::access(path, R_OK) == 0) return path;
  }
  return {};
}

}  // namespace

std::optional<std::string_view> find_header(std::span<const Header> headers,
                                            std::string_view name) {
  std::string wanted = base::to_lower(name);
  for (const Header& header : headers) {
    if (base::to_lower(header.name) == wanted) return header.value;
  }
  return std::nullopt;
}

/// The thread that drives libcurl: epoll tells which sockets are ready, libcurl's timer and the
/// transfers' deadlines how long to wait.
class HttpClient::Engine {
 public:
  explicit Engine(Options options)
      : most_(std::max<std::size_t>(1, options.connections)),
        multi_(make_multi()),
        ca_bundle_(find_ca_bundle(std::move(options.ca_bundle))) {
    CURLM* multi = multi_.get();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(most_));
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(most_));
    watch(*wakeup_, EPOLLIN);
    thread_ = std::jthread([this] { run(); });
  }

  ~Engine() {
    {
      std::lock_guard lock(mutex_);
      is_stopping_ = is_cancelled_ = true;
    }
    wake();
  }

  void start(HttpRequest request, Done done) {
    bool is_first = false;
    {
      std::lock_guard lock(mutex_);
      is_first = arrived_.empty();
      arrived_.push_back({std::move(request), std::move(done)});
    }
    if (is_first && std::this_thread::get_id() != thread_.get_id()) wake();
  }

  void cancel() {
    {
      std::lock_guard lock(mutex_);
      is_cancelled_ = true;
    }
    wake();
  }

 private:
  struct Order {
    HttpRequest request;
    Done done;
  };

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
    static_cast<Engine*>(self)->watch_socket(socket, what, known != nullptr);
    return 0;
  }

  static int on_timer(CURLM*, long wait_ms, void* self) {
    auto& timer = static_cast<Engine*>(self)->timer_at_;
    timer =
        wait_ms < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(wait_ms);
    return 0;
  }

  void watch(int descriptor, std::uint32_t events, int operation = EPOLL_CTL_ADD) {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    ::epoll_ctl(*epoll_, operation, descriptor, &event);
  }

  void watch_socket(int socket, int what, bool is_known) {
    if (what == CURL_POLL_REMOVE) {
      watch(socket, 0, EPOLL_CTL_DEL);
      return;
    }
    std::uint32_t events = 0;
    if (what & CURL_POLL_IN) events |= EPOLLIN;
    if (what & CURL_POLL_OUT) events |= EPOLLOUT;
    watch(socket, events, is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD);
    if (!is_known) curl_multi_assign(multi_.get(), socket, this);
  }

  void wake() {
    std::uint64_t one = 1;
    [[maybe_unused]] ssize_t written = ::write(*wakeup_, &one, sizeof one);
  }

  void run() {
    // Signals are for other threads; a broken TLS link must not raise one here.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    for (;;) {
      bool is_stopping = take_orders();
      begin_waiting();
      if (is_stopping && running_.empty() && waiting_.empty() && !has_arrivals()) return;
      perform();
      report_finished();
      end_overdue();
    }
  }

  /// Returns whether the client is being destroyed.
  bool take_orders() {
    std::lock_guard lock(mutex_);
    for (Order& order : arrived_) waiting_.push_back(std::move(order));
    arrived_.clear();
    is_ending_ = is_cancelled_;
    return is_stopping_;
  }

  bool has_arrivals() {
    std::lock_guard lock(mutex_);
    return !arrived_.empty();
  }

  void begin_waiting() {
    if (is_ending_) {
      while (!running_.empty()) end(*running_.back(), running_.back()->cancelled());
    }
    while (!waiting_.empty() && (is_ending_ || running_.size() < most_)) {
      Order order = std::move(waiting_.front());
      waiting_.pop_front();
      begin(std::move(order));
    }
  }

  void begin(Order order) {
    if (idle_.empty()) idle_.push_back(std::make_unique<Transfer>());
    std::unique_ptr<Transfer> transfer = std::move(idle_.back());
    idle_.pop_back();
    auto failure = transfer->prepare(std::move(order.request), std::move(order.done), ca_bundle_);
    if (is_ending_) failure = transfer->cancelled();
    if (failure) {
      transfer->finish(std::move(*failure));
      idle_.push_back(std::move(transfer));
      return;
    }
    if (curl_multi_add_handle(multi_.get(), transfer->handle()) != CURLM_OK) {
      transfer->finish(transfer->result(CURLE_OUT_OF_MEMORY));
      return;
    }
    transfer->place = running_.size();
    look_at_ = std::min(look_at_, transfer->deadline());
    running_.push_back(std::move(transfer));
  }

  void end(Transfer& transfer, HttpResult result) {
    curl_multi_remove_handle(multi_.get(), transfer.handle());
    std::size_t place = transfer.place;
    std::swap(running_[place], running_.back());
    running_[place]->place = place;
    idle_.push_back(std::move(running_.back()));
    running_.pop_back();
    transfer.finish(std::move(result));
  }

  /// Waits until something can go on, and lets it.
  void perform() {
    std::array<epoll_event, 256> events;
    int count = ::epoll_wait(*epoll_, events.data(), static_cast<int>(events.size()), wait_ms());
    int running = 0;
    for (int i = 0; i < count; ++i) {
      if (events[i].data.fd == *wakeup_) {
        std::uint64_t many = 0;
        [[maybe_unused]] ssize_t taken = ::read(*wakeup_, &many, sizeof many);
        continue;
      }
      int what = 0;
      if (events[i].events & EPOLLIN) what |= CURL_CSELECT_IN;
      if (events[i].events & EPOLLOUT) what |= CURL_CSELECT_OUT;
      if (events[i].events & (EPOLLERR | EPOLLHUP)) what |= CURL_CSELECT_ERR;
      curl_multi_socket_action(multi_.get(), events[i].data.fd, what, &running);
    }
    if (timer_at_ <= Clock::now()) {
      timer_at_ = Clock::time_point::max();
      curl_multi_socket_action(multi_.get(), CURL_SOCKET_TIMEOUT, 0, &running);
    }
  }

  int wait_ms() {
    if (has_arrivals()) return 0;  // from a `done`, which wakes nobody
    auto until = std::min(timer_at_, look_at_);
    if (until == Clock::time_point::max()) return -1;
    auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<int>(std::clamp<long>(wait, 0, 60'000));
  }

  void report_finished() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      void* owner = nullptr;
      CURLcode code = message->data.result;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &owner);
      auto& transfer = *static_cast<Transfer*>(owner);
      end(transfer, transfer.result(code));
    }
  }

  void end_overdue() {
    auto now = Clock::now();
    if (now < look_at_) return;
    look_at_ = Clock::time_point::max();
    for (std::size_t i = running_.size(); i-- > 0;) {
      auto deadline = running_[i]->deadline();
      if (deadline <= now) {
        end(*running_[i], running_[i]->overdue());
      } else {
        look_at_ = std::min(look_at_, deadline);
      }
    }
  }

  const std::size_t most_;
  FileDescriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  FileDescriptor wakeup_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};

  std::mutex mutex_;
  std::vector<Order> arrived_;  ///< guarded by mutex_, as are the next two
  bool is_stopping_ = false;
  bool is_cancelled_ = false;

  // The thread's own.
  std::unique_ptr<CURLM, CloseMulti> multi_;
  std::string ca_bundle_;
  std::deque<Order> waiting_;
  std::vector<std::unique_ptr<Transfer>> running_, idle_;
  bool is_ending_ = false;
  Clock::time_point timer_at_ = Clock::time_point::max();
  Clock::time_point look_at_ = Clock::time_point::max();

  std::jthread thread_;  ///< last: ends before all else
};

HttpClient::HttpClient(Options options) : engine_(std::make_unique<Engine>(std::move(options))) {}

HttpClient::~HttpClient() = default;

void HttpClient::start(HttpRequest request, Done done) {
  engine_->start(std::move(request), std::move(done));
}

HttpResult HttpClient::send(HttpRequest request) {
  std::promise<HttpResult> promise;
  std::future<HttpResult> future = promise.get_future();
  start(std::move(request), [&](HttpResult result) { promise.set_value(std::move(result)); });
  return future.get();
}

void HttpClient::cancel() { engine_->cancel(); }

}  // namespace sparkify::net
