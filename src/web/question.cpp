#include "web/question.hpp"

#include <fmt/format.h>

#include <utility>

#include "format/json.hpp"
#include "net/stream.hpp"

namespace sparkify::web {
namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return 400;
    case ErrorKind::denied:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::interrupted:
    case ErrorKind::unavailable:
      return 503;
    default:
      return 500;
  }
}

}  // namespace

Watch::Watch(std::function<void()> look)
    : thread_([this, look = std::move(look)](const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (!wake_.wait_for(lock, stop, 50ms, [&] { return stop.stop_requested(); })) look();
      }) {}

Question::Question(Desk& desk, const Request& request, Exchange& exchange, int socket)
    : desk_(desk), request_(request), exchange_(exchange), socket_(socket) {}

/// Interrupted again and again, for the engine may be between two steps.
warehouse::Warehouse& Question::warehouse() {
  if (session_) return *session_;
  session_ = warehouse::open_session(desk_.database, false);
  watch_ = std::make_unique<Watch>([this, until = Clock::now() + desk_.statement_time] {
    bool is_late = desk_.statement_time > 0ms && Clock::now() > until;
    if (is_late || desk_.is_stopping || net::is_hung_up(socket_)) session_->interrupt();
  });
  return *session_;
}

void Question::answer(const std::string& json) { exchange_.write(json_response(200, json)); }

Exchange& Question::begin(const Response& head) {
  exchange_.begin(head);
  return exchange_;
}

Response json_response(int status, std::string body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          std::move(body)};
}

Response file_head(std::string_view type, std::string_view name) {
  return {200,
          {{"Content-Type", std::string(type)},
           {"Cache-Control", "no-store"},
           {"Content-Disposition", fmt::format("attachment; filename=\"{}\"", name)}},
          ""};
}

Response error_response(const Error& error) {
  format::JsonDocument document;
  document.begin_object().key("error").begin_object();
  document.key("message").text(error.message()).key("hint");
  error.hint_text().empty() ? document.null() : document.text(error.hint_text());
  document.end_object().end_object();
  return json_response(status_of(error.kind()), document.str());
}

}  // namespace sparkify::web
