#include "s3_server/server.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <deque>
#include <optional>
#include <system_error>
#include <unordered_map>

namespace sparkify::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_head_bytes = 64 << 10;
constexpr std::size_t piece_bytes = 1 << 20;  // of a file, before others have their turn

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

/// What is still to be sent of an answer.
struct Answer {
  std::string head;            ///< with the body, if that lies in memory
  std::size_t sent_bytes = 0;  ///< of `head`
  int file = -1;
  off_t offset = 0;
  std::size_t file_bytes = 0;
};

struct Connection {
  std::string input;
  std::optional<Answer> answer;
  bool is_waiting = false;  ///< for its latency to pass
  bool is_gone = false;     ///< while it waited
};

struct Head {
  std::string_view method;
  std::string_view path;
  std::string_view query;
  std::string_view range;  ///< `0-99`, or nothing
};

std::string_view header_value(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        strncasecmp(line.data(), name.data(), name.size()) == 0) {
      const auto start = line.find_first_not_of(' ', name.size() + 1);
      return start == std::string_view::npos ? std::string_view() : line.substr(start);
    }
    at = head.find("\r\n", at + 2);
  }
  return {};
}

Head parse_head(std::string_view text) {
  Head head;
  const auto first = text.find(' ');
  const auto second = text.find(' ', first + 1);
  if (second == std::string_view::npos) return head;
  head.method = text.substr(0, first);
  const std::string_view target = text.substr(first + 1, second - first - 1);
  const auto mark = target.find('?');
  head.path = target.substr(0, mark);
  if (mark != std::string_view::npos) head.query = target.substr(mark + 1);
  head.range = header_value(text, "range");
  if (head.range.starts_with("bytes=")) head.range.remove_prefix(6);
  return head;
}

std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') {
      return decode(pair.substr(name.size() + 1), true);
    }
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
  }
  return {};
}

Answer text_answer(std::string_view status, std::string_view text, bool is_head) {
  Answer answer;
  answer.head =
      fmt::format("HTTP/1.1 {}\r\nContent-Type: application/xml\r\nContent-Length: {}\r\n\r\n{}",
                  status, text.size(), is_head ? std::string_view() : text);
  return answer;
}

Answer error_answer(std::string_view status, std::string_view code, bool is_head) {
  return text_answer(
      status, fmt::format("<Error><Code>{0}</Code><Message>{0}</Message></Error>", code), is_head);
}

/// First byte and count; nothing when the range lies outside.
std::optional<std::pair<std::uint64_t, std::uint64_t>> bounds(std::string_view range,
                                                              std::uint64_t size) {
  std::uint64_t first = 0;
  std::uint64_t last = size - 1;
  const char* end = range.data() + range.size();
  const auto [dash, error] = std::from_chars(range.data(), end, first);
  if (error != std::errc() || dash == end || *dash != '-') return std::nullopt;
  std::from_chars(dash + 1, end, last);
  if (first >= size) return std::nullopt;
  return std::pair(first, std::min(last, size - 1) - first + 1);
}

Answer object_answer(const Stored& stored, const Head& head) {
  std::uint64_t first = 0;
  std::uint64_t count = stored.size_bytes;
  std::string status = "200 OK";
  std::string more;
  if (!head.range.empty()) {
    const auto found = bounds(head.range, stored.size_bytes);
    if (!found) return error_answer("416 Range Not Satisfiable", "InvalidRange", false);
    std::tie(first, count) = *found;
    status = "206 Partial Content";
    more = fmt::format("Content-Range: bytes {}-{}/{}\r\n", first, first + count - 1,
                       stored.size_bytes);
  }
  Answer answer;
  answer.head = fmt::format(
      "HTTP/1.1 {}\r\nETag: {}\r\nContent-Type: binary/octet-stream\r\nAccept-Ranges: bytes\r\n"
      "Last-Modified: Thu, 01 Nov 2018 00:00:00 GMT\r\n{}Content-Length: {}\r\n\r\n",
      status, stored.etag, more, count);
  if (head.method == "HEAD") return answer;
  if (stored.file < 0) {
    answer.head += std::string_view(stored.content).substr(first, count);
  } else {
    answer.file = stored.file;
    answer.offset = static_cast<off_t>(first);
    answer.file_bytes = count;
  }
  return answer;
}

Answer make_answer(const Buckets& buckets, const Head& head) {
  const bool is_head = head.method == "HEAD";
  if (!is_head && head.method != "GET") {
    return error_answer("501 Not Implemented", "NotImplemented", false);
  }
  const std::string path =
      decode(head.path.substr(std::min<std::size_t>(1, head.path.size())), false);
  if (!query_value(head.query, "list-type").empty()) {
    const std::string_view bucket = std::string_view(path).substr(0, path.find('/'));
    return text_answer("200 OK",
                       buckets.list(bucket, query_value(head.query, "prefix"),
                                    query_value(head.query, "continuation-token")),
                       is_head);
  }
  const Stored* stored = buckets.find(path);
  return stored ? object_answer(*stored, head)
                : error_answer("404 Not Found", "NoSuchKey", is_head);
}

/// The connections of one thread.
class Worker {
 public:
  Worker(const Buckets& buckets, int poll, std::chrono::microseconds latency)
      : buckets_(buckets), poll_(poll), latency_(latency) {}

  void run(const std::stop_token& stop) {
    std::array<epoll_event, 64> events{};
    while (!stop.stop_requested()) {
      const timespec wait = time_to_wait();
      const int count = epoll_pwait2(poll_, events.data(), events.size(), &wait, nullptr);
      for (int i = 0; i < count; ++i) handle(events[i].data.fd, events[i].events);
      answer_due();
    }
    for (const auto& [socket, connection] : connections_) close(socket);
  }

 private:
  struct Due {
    Clock::time_point at;
    int socket;
  };

  timespec time_to_wait() const {
    auto wait = std::chrono::nanoseconds(std::chrono::milliseconds(100));
    if (!due_.empty()) {
      wait = std::clamp<std::chrono::nanoseconds>(due_.front().at - Clock::now(), {}, wait);
    }
    return {wait.count() / 1'000'000'000, wait.count() % 1'000'000'000};
  }

  void answer_due() {
    // All wait for as long, so that the first to come is the first to go.
    const auto now = Clock::now();
    while (!due_.empty() && due_.front().at <= now) {
      const int socket = due_.front().socket;
      due_.pop_front();
      Connection& connection = connections_[socket];
      connection.is_waiting = false;
      if (connection.is_gone) {
        drop(socket);
      } else {
        send(socket, connection);
      }
    }
  }

  void handle(int socket, std::uint32_t events) {
    Connection& connection = connections_[socket];
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) {
      // A number that waits must not be given to another connection.
      connection.is_gone = true;
      epoll_ctl(poll_, EPOLL_CTL_DEL, socket, nullptr);
      if (!connection.is_waiting) drop(socket);
    } else if (connection.is_waiting) {
      return;
    } else if (connection.answer) {
      send(socket, connection);
    } else {
      receive(socket, connection);
    }
  }

  void receive(int socket, Connection& connection) {
    std::array<char, 16 << 10> buffer;
    const ssize_t count = recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0 || connection.input.size() > most_head_bytes) return drop(socket);
    connection.input.append(buffer.data(), static_cast<std::size_t>(count));
    const auto end = connection.input.find("\r\n\r\n");
    if (end == std::string::npos) return;
    connection.answer =
        make_answer(buckets_, parse_head(std::string_view(connection.input).substr(0, end + 2)));
    connection.input.erase(0, end + 4);
    if (latency_.count() == 0) return send(socket, connection);
    connection.is_waiting = true;
    due_.push_back({Clock::now() + latency_, socket});
  }

  void send(int socket, Connection& connection) {
    Answer& answer = *connection.answer;
    while (answer.sent_bytes < answer.head.size()) {
      const ssize_t count = ::send(
          socket, answer.head.data() + answer.sent_bytes, answer.head.size() - answer.sent_bytes,
          MSG_DONTWAIT | MSG_NOSIGNAL | (answer.file_bytes ? MSG_MORE : 0));
      if (count < 0) return wait_or_drop(socket);
      answer.sent_bytes += static_cast<std::size_t>(count);
    }
    std::size_t turn = piece_bytes;
    while (answer.file_bytes > 0) {
      if (turn == 0) return watch(socket, EPOLLOUT);
      const ssize_t count =
          sendfile(socket, answer.file, &answer.offset, std::min(answer.file_bytes, turn));
      if (count < 0) return wait_or_drop(socket);
      if (count == 0) return drop(socket);  // the file became shorter
      answer.file_bytes -= static_cast<std::size_t>(count);
      turn -= static_cast<std::size_t>(count);
    }
    connection.answer.reset();
    watch(socket, EPOLLIN);
  }

  void wait_or_drop(int socket) {
    if (errno == EAGAIN || errno == EINTR) {
      watch(socket, EPOLLOUT);
    } else {
      drop(socket);
    }
  }

  void watch(int socket, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    epoll_ctl(poll_, EPOLL_CTL_MOD, socket, &event);
  }

  void drop(int socket) {
    connections_.erase(socket);
    close(socket);
  }

  const Buckets& buckets_;
  int poll_;
  std::chrono::microseconds latency_;
  std::unordered_map<int, Connection> connections_;
  std::deque<Due> due_;
};

}  // namespace

Server::Server(const Buckets& buckets, Options options) {
  listener_ = checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  const int yes = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(options.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  checked(bind(listener_, generic, size), "bind");
  checked(listen(listener_, SOMAXCONN), "listen");
  checked(getsockname(listener_, generic, &size), "getsockname");
  port_ = ntohs(address.sin_port);
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    const int poll = polls_.emplace_back(checked(epoll_create1(EPOLL_CLOEXEC), "epoll"));
    threads_.emplace_back([&buckets, poll, options](const std::stop_token& stop) {
      Worker(buckets, poll, options.latency).run(stop);
    });
  }
  threads_.emplace_back([this] { accept_all(); });
}

void Server::accept_all() {
  const int yes = 1;
  for (std::size_t next = 0;; ++next) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (socket < 0) return;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(polls_[next % polls_.size()], EPOLL_CTL_ADD, socket, &event);
  }
}

Server::~Server() {
  shutdown(listener_, SHUT_RDWR);
  threads_.clear();
  close(listener_);
  for (const int poll : polls_) close(poll);
}

}  // namespace sparkify::bench
