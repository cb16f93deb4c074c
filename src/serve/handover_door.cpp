#include "serve/handover_door.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/caught.hpp"
#include "net/local.hpp"
#include "serve/handover_link.hpp"

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;
using namespace std::chrono_literals;

constexpr std::size_t reply_bytes = 256 << 10;

Error stopping() {
  return Error(ErrorKind::unavailable, "the server of this warehouse is stopping")
      .hint("run the command again");
}

/// While a session works: interrupts it when its command says so or is gone, again and again, for
/// the engine may be between two steps.
class Watch {
 public:
  Watch(int socket, warehouse::Warehouse& session)
      : done_(::eventfd(0, EFD_CLOEXEC)), thread_([this, socket, &session] {
          std::array<pollfd, 2> watched{{{done_.get(), POLLIN, 0}, {socket, POLLIN, 0}}};
          int patience = -1;
          for (;;) {
            ::poll(watched.data(), watched.size(), patience);
            if (watched[0].revents != 0) return;
            if (watched[1].revents == 0 && watched[1].fd >= 0) continue;
            session.interrupt();
            watched[1].fd = -1;
            patience = 50;
          }
        }) {}
  ~Watch() {
    std::uint64_t one = 1;
    [[maybe_unused]] ssize_t ignored = ::write(done_.get(), &one, sizeof one);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  net::Descriptor done_;
  std::jthread thread_;
};

}  // namespace

/// What one command asks for, until it leaves.
class HandoverDoor::Talk {
 public:
  Talk(HandoverDoor& door, Link& link, int process) : door_(door), link_(link), process_(process) {}

  void run() {
    if (!greet()) return;
    while (auto message = link_.receive()) {
      try {
        answer(*message);
      } catch (const std::exception&) {
        refuse(base::caught_error("the server of this warehouse"));
      }
    }
    if (door_.is_stopping_) refuse(stopping());
  }

 private:
  bool greet() {
    constexpr auto patience = 10s;
    auto message = link_.receive(patience);
    if (!message || message->kind != Say::hello) return false;
    bool is_ours = Fields(message->body).text() == SPARKIFY_VERSION;
    if (is_ours) {
      link_.send(Say::ok, Body().number(0).bytes());
    } else {
      link_.send(Say::version, Body().text(SPARKIFY_VERSION).bytes());
    }
    return is_ours;
  }

  void refuse(const Error& error) {
    bool is_ours = error.kind() == ErrorKind::interrupted && door_.is_stopping_;
    link_.send(Say::error, Body().error(is_ours ? stopping() : error).bytes());
  }
  struct Reply {
    Say kind = Say::ok;
    Body body = {};
  };
  static Reply number(std::int64_t value) {
    Reply reply;
    reply.body.number(value);
    return reply;
  }
  void grant() { link_.send(Say::ok, Body().number(0).bytes()); }

  warehouse::Session& session() {
    if (!session_) throw Error(ErrorKind::bad_data, "a command asks before it has opened");
    return *session_;
  }

  void answer(const Link::Message& message) {
    Fields fields(message.body);
    if (message.kind == Say::open) return open(fields);
    if (message.kind == Say::interrupt) return session().interrupt();
    if (message.kind == Say::stage) return stage(fields);
    if (message.kind == Say::web) {
      return link_.send(Say::link, Body().text(door_.web_link_()).bytes());
    }
    if (message.kind != Say::more_rows) rows_.reset();
    Reply reply = work_watched(message.kind, fields);
    link_.send(reply.kind, reply.body.bytes());
  }
  /// Not sent before the watch has ended: what a command says then is its next request.
  Reply work_watched(Say kind, Fields& fields) {
    Watch watch(link_.socket(), session());
    return work(kind, fields);
  }
  Reply work(Say kind, Fields& fields);
  void open(Fields& fields);
  void take_turn(std::chrono::seconds wait);
  Reply query(Fields& fields);
  Reply more_rows();
  Reply append(Fields& fields);
  void stage(Fields& fields);
  std::size_t take_rows(duckdb::TravellingChunk& rows, warehouse::Dictionary& texts);

  HandoverDoor& door_;
  Link& link_;
  int process_;
  std::unique_lock<std::timed_mutex> turn_;  ///< of a command that may write
  std::unique_ptr<warehouse::Session> session_;
  std::unique_ptr<warehouse::Rows> rows_;  ///< of the last query
  enum class Staging { goes_on, complete, given_up } staging_ = Staging::complete;
};

HandoverDoor::Talk::Reply HandoverDoor::Talk::work(Say kind, Fields& fields) {
  switch (kind) {
    case Say::execute: {
      sql::Statement statement = fields.statement();
      return number(session().execute(statement, fields.parameters()));
    }
    case Say::query:
      return query(fields);
    case Say::more_rows:
      return more_rows();
    case Say::begin:
      session().begin();
      return number(0);
    case Say::commit:
      session().commit();
      return number(0);
    case Say::roll_back:
      session().rollback();
      return number(0);
    case Say::append:
      return append(fields);
    default:
      throw Error(ErrorKind::bad_data, "that is no message of a command");
  }
}

void HandoverDoor::Talk::open(Fields& fields) {
  bool reads_only = fields.yes();
  auto wait = std::chrono::seconds(std::clamp<std::int64_t>(fields.number(), 0, 1'000'000'000));
  if (!reads_only && !turn_) take_turn(wait);
  session_ = warehouse::open_session(door_.database_, fields.yes());
  grant();
}

void HandoverDoor::Talk::take_turn(std::chrono::seconds wait) {
  auto deadline = std::chrono::steady_clock::now() + wait;
  turn_ = std::unique_lock(door_.writing_, std::defer_lock);
  while (!turn_.try_lock_for(std::min<std::chrono::milliseconds>(wait, 100ms))) {
    if (door_.is_stopping_) throw stopping();
    if (net::is_hung_up(link_.socket())) throw Error(ErrorKind::interrupted, "interrupted");
    if (std::chrono::steady_clock::now() < deadline) continue;
    throw Error(ErrorKind::locked, fmt::format("the warehouse is being written to by process {}",
                                               door_.writer_.load()))
        .hint("wait for it to end, or give --wait SECONDS");
  }
  door_.writer_ = process_;
}

HandoverDoor::Talk::Reply HandoverDoor::Talk::query(Fields& fields) {
  sql::Statement statement = fields.statement();
  rows_ = session().query(statement, fields.parameters());
  Reply reply{Say::columns};
  reply.body.number(static_cast<std::int64_t>(rows_->columns().size()));
  for (const auto& column : rows_->columns()) {
    reply.body.text(column.name).byte(static_cast<std::uint8_t>(column.kind));
  }
  if (auto changed = rows_->rows_changed()) reply.body.number(*changed);
  return reply;
}

HandoverDoor::Talk::Reply HandoverDoor::Talk::more_rows() {
  if (!rows_) throw Error(ErrorKind::bad_data, "a command asks for rows of nothing");
  Reply reply{Say::rows};
  while (reply.body.bytes().size() < reply_bytes) {
    if (!rows_->next()) {
      rows_.reset();
      reply.body.byte(0);
      break;
    }
    reply.body.byte(1);
    for (const auto& value : rows_->row()) {
      reply.body.byte(value ? 1 : 0);
      if (value) reply.body.text(*value);
    }
  }
  return reply;
}

HandoverDoor::Talk::Reply HandoverDoor::Talk::append(Fields& fields) {
  std::string table(fields.text());
  std::int64_t row_count = fields.number(), width = fields.number();
  if (width < 1) throw Error(ErrorKind::bad_data, "rows of no values");
  std::vector<std::vector<sql::Value>> rows;
  for (; row_count > 0; --row_count) {
    auto& row = rows.emplace_back();
    for (std::int64_t i = 0; i < width; ++i) row.push_back(fields.value());
  }
  session().append(table, rows);
  return number(0);
}

void HandoverDoor::Talk::stage(Fields& fields) {
  std::string table(fields.text());
  bool is_coded = fields.yes();
  rows_.reset();
  staging_ = Staging::goes_on;
  try {
    session().stage_rows(table, is_coded,
                         [this](duckdb::TravellingChunk& rows, warehouse::Dictionary& texts) {
                           return take_rows(rows, texts);
                         });
    grant();
  } catch (const Error& error) {
    staging_ == Staging::given_up ? grant() : refuse(error);
  }
  // The command hears of an error while it is still sending.
  while (staging_ == Staging::goes_on) {
    auto message = link_.receive();
    if (!message) return;
    bool is_over = message->kind == Say::staged || message->kind == Say::give_up;
    if (is_over) staging_ = Staging::complete;
  }
}

std::size_t HandoverDoor::Talk::take_rows(duckdb::TravellingChunk& rows,
                                          warehouse::Dictionary& texts) {
  while (auto message = link_.receive()) {
    Fields fields(message->body);
    switch (message->kind) {
      case Say::data:
        if (std::size_t count = rows.read(message->body)) return count;
        break;
      case Say::texts:
        for (std::int64_t left = fields.number(); left > 0; --left) texts.add(fields.text());
        break;
      case Say::staged:
        staging_ = Staging::complete;
        return 0;
      case Say::give_up:
        staging_ = Staging::given_up;
        throw Error(ErrorKind::interrupted, "the command gives its rows up");
      case Say::interrupt:
        throw Error(ErrorKind::interrupted, "interrupted");
      default:
        throw Error(ErrorKind::bad_data, "that is no message of a load");
    }
  }
  throw Error(ErrorKind::interrupted, "interrupted");
}

/// A connection, until its thread has ended.
struct HandoverDoor::Guest {
  explicit Guest(net::Descriptor socket) : link(std::move(socket)) {}

  Link link;
  std::atomic<bool> is_over = false;
  std::jthread thread;
};

HandoverDoor::HandoverDoor(const std::string& warehouse, warehouse::SharedDatabase database,
                           std::chrono::milliseconds grace, WebLink web_link)
    : database_(std::move(database)),
      grace_(grace),
      web_link_(std::move(web_link)),
      path_(handover_path(warehouse)),
      listener_(net::Listener::local(path_)),
      acceptor_([this] { accept(); }) {}

HandoverDoor::~HandoverDoor() { stop(); }

void HandoverDoor::stop() {
  is_stopping_ = true;
  listener_.stop();
}

void HandoverDoor::accept() {
  while (!listener_.is_stopped()) {
    auto socket = listener_.accept();
    reap();
    if (!socket || guests_.size() >= most_guests) continue;
    try {
      Guest& guest = guests_.emplace_back(std::move(*socket));
      guest.thread = std::jthread([this, &guest] { serve(guest); });
    } catch (const std::exception&) {
      reap();  // no thread or no memory for this one now
    }
  }
  ::unlink(path_.c_str());  // who comes now finds the file locked, and can wait for it
  see_out();
}

void HandoverDoor::reap() {
  guests_.remove_if([](const Guest& guest) { return guest.is_over || !guest.thread.joinable(); });
}

void HandoverDoor::see_out() {
  auto deadline = std::chrono::steady_clock::now() + grace_;
  while (!guests_.empty()) {
    auto now = std::chrono::steady_clock::now();
    for (Guest& guest : guests_) {
      if (now >= deadline) net::end_reading(guest.link.socket());
      if (now >= deadline + grace_) net::end_all(guest.link.socket());  // it takes no answer
    }
    reap();
    std::this_thread::sleep_for(10ms);
  }
}

void HandoverDoor::serve(Guest& guest) {
  try {
    ucred peer = net::peer_of(guest.link.socket());
    if (peer.uid == ::geteuid()) Talk(*this, guest.link, peer.pid).run();
  } catch (const std::exception&) {
    // The command is gone, or was none; what it had begun is undone, and nobody else concerned.
  }
  net::end_all(guest.link.socket());
  guest.is_over = true;
}

}  // namespace sparkify::serve
