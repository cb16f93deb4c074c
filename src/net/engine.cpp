#include "net/engine.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/error.hpp"

namespace sparkify::net {
namespace {

using Clock = Transfer::Clock;

CURLM* make_multi() {
  static const CURLcode is_ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* multi = is_ready == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) throw base::Error(base::ErrorKind::internal, "libcurl does not start");
  return multi;
}

}  // namespace

bool OrderQueue::push(Order order) {
  std::lock_guard lock(mutex_);
  waiting_.push_back(std::move(order));
  return waiting_.size() == 1;
}

std::optional<Order> OrderQueue::pop() {
  std::lock_guard lock(mutex_);
  if (waiting_.empty()) return std::nullopt;
  Order order = std::move(waiting_.front());
  waiting_.pop_front();
  return order;
}

bool OrderQueue::is_empty() const {
  std::lock_guard lock(mutex_);
  return waiting_.empty();
}

Engine::FileDescriptor::FileDescriptor(int number) : number_(number) {
  if (number < 0) throw base::system_error(errno, "open a descriptor", "network");
}

Engine::FileDescriptor::~FileDescriptor() { ::close(number_); }

Engine::Engine(OrderQueue& queue, std::size_t connections, std::string ca_bundle)
    : queue_(queue),
      most_(connections),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      multi_(make_multi()),
      ca_bundle_(std::move(ca_bundle)) {
  CURLM* multi = multi_.get();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(most_));
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(most_));
  watch(*wakeup_, EPOLLIN, EPOLL_CTL_ADD);
}

void Engine::begin(LeastBusy least_busy) {
  least_busy_ = std::move(least_busy);
  // Signals are for other threads; a broken TLS link must not raise one in this one.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Engine::wake() {
  std::uint64_t one = 1;
  [[maybe_unused]] ssize_t written = ::write(*wakeup_, &one, sizeof one);
}

int Engine::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
  auto& engine = *static_cast<Engine*>(self);
  if (what == CURL_POLL_REMOVE) {
    engine.watch(socket, 0, EPOLL_CTL_DEL);
    return 0;
  }
  std::uint32_t events = 0;
  if (what & CURL_POLL_IN) events |= EPOLLIN;
  if (what & CURL_POLL_OUT) events |= EPOLLOUT;
  engine.watch(socket, events, known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
  if (known == nullptr) curl_multi_assign(engine.multi_.get(), socket, self);
  return 0;
}

int Engine::on_timer(CURLM*, long wait_ms, void* self) {
  static_cast<Engine*>(self)->timer_at_ =
      wait_ms < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(wait_ms);
  return 0;
}

void Engine::watch(int descriptor, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  ::epoll_ctl(*epoll_, operation, descriptor, &event);
}

void Engine::run() {
  for (;;) {
    take_orders();
    if (queue_.is_stopping() && running_.empty() && queue_.is_empty()) return;
    perform();
    report_finished();
    end_overdue();
  }
}

void Engine::take_orders() {
  if (queue_.is_cancelled()) {
    while (!running_.empty()) end(*running_.back(), running_.back()->cancelled());
    while (auto order = queue_.pop()) start(std::move(*order));
    return;
  }
  while (has_room() && !queue_.is_empty()) {
    // One after another they all go to the first engine, which has a connection. Of many at once,
    // each takes one or two in turn.
    Engine& turn = least_busy_();
    bool is_others_turn = running_.empty() || turn.running_count() + 1 < running_count_;
    if (&turn != this && is_others_turn) break;
    if (auto order = queue_.pop()) start(std::move(*order));
  }
  if (queue_.is_empty()) return;
  Engine& next = least_busy_();
  if (&next != this && next.running_count() < next.most_) next.wake();
}

void Engine::start(Order order) {
  if (idle_.empty()) idle_.push_back(std::make_unique<Transfer>());
  std::unique_ptr<Transfer> transfer = std::move(idle_.back());
  idle_.pop_back();
  std::optional<HttpResult> failure =
      transfer->prepare(std::move(order.request), std::move(order.done), ca_bundle_);
  if (queue_.is_cancelled()) failure = transfer->cancelled();
  if (!failure && curl_multi_add_handle(multi_.get(), transfer->handle()) != CURLM_OK) {
    failure = transfer->result(CURLE_OUT_OF_MEMORY);
  }
  if (failure) {
    transfer->finish(std::move(*failure));
    idle_.push_back(std::move(transfer));
    return;
  }
  transfer->place = running_.size();
  look_at_ = std::min(look_at_, transfer->deadline());
  running_.push_back(std::move(transfer));
  ++running_count_;
}

void Engine::end(Transfer& transfer, HttpResult result) {
  curl_multi_remove_handle(multi_.get(), transfer.handle());
  std::size_t place = transfer.place;
  std::swap(running_[place], running_.back());
  running_[place]->place = place;
  idle_.push_back(std::move(running_.back()));
  running_.pop_back();
  --running_count_;
  transfer.finish(std::move(result));
}

/// Waits until something can go on, and lets it.
void Engine::perform() {
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

int Engine::wait_ms() const {
  // What a `done` of this thread ordered, which wakes nobody.
  bool may_take = queue_.is_cancelled() || (has_room() && &least_busy_() == this);
  if (may_take && !queue_.is_empty()) return 0;
  auto until = std::min(timer_at_, look_at_);
  if (until == Clock::time_point::max()) return -1;
  auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  return static_cast<int>(std::clamp<long>(wait, 0, 60'000));
}

void Engine::report_finished() {
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

void Engine::end_overdue() {
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

}  // namespace sparkify::net
