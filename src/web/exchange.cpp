#include "web/exchange.hpp"

#include <array>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http.hpp>
#include <sstream>

#include "base/error.hpp"

namespace sparkify::web {
namespace {

namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;

constexpr std::size_t chunk_bytes = 64 << 10;
constexpr unsigned http_1_1 = 11;

/// What every answer says unless it says otherwise: it is for this page alone, and the page loads
/// nothing from elsewhere and runs no code but its own.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> always = {{
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
     "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
}};

std::optional<Method> method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
    case http::verb::head:
      return Method::get;
    case http::verb::post:
      return Method::post;
    case http::verb::put:
      return Method::put;
    case http::verb::delete_:
      return Method::remove;
    default:
      return std::nullopt;
  }
}

boost::string_view boosted(std::string_view text) { return {text.data(), text.size()}; }
std::string text_of(boost::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::optional<Request> Exchange::read() {
  is_head_ = has_begun_ = false;
  http::request_parser<http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits_.head_bytes));
  parser.body_limit(std::uint64_t{limits_.body_bytes});
  parser.eager(true);
  auto patience = received_.empty() ? limits_.idle_time : limits_.request_time;
  auto deadline = Clock::now() + patience;
  std::size_t taken_bytes = 0;
  while (!parser.is_done()) {
    boost::system::error_code error = http::error::need_more;
    if (!received_.empty()) {
      std::size_t count = parser.put(boost::asio::buffer(received_), error);
      received_.erase(0, count);
      taken_bytes += count;
    }
    if (error && error != http::error::need_more) {
      bool is_long = error == http::error::header_limit;
      bool has_body = error == http::error::body_limit || error == http::error::unexpected_body;
      refuse(is_long ? 431 : has_body ? 413 : 400, error.message());
      return std::nullopt;
    }
    if (parser.is_done()) break;
    if (int status = refusal_of_length(parser.is_header_done(), taken_bytes)) {
      refuse(status, "the request is too long");
      return std::nullopt;
    }
    bool is_first = received_.empty() && !parser.got_some();
    if (!read_more(deadline)) return std::nullopt;
    if (is_first) deadline = Clock::now() + limits_.request_time;
  }
  is_open_ = parser.keep_alive();
  Request request;
  is_head_ = request.is_head = parser.get().method() == http::verb::head;
  auto method = method_of(parser.get().method());
  bool takes_body = method == Method::post || method == Method::put;
  for (const auto& field : parser.get()) {
    request.headers.push_back({text_of(field.name_string()), text_of(field.value())});
  }
  if (parser.get().version() != http_1_1) {
    refuse(505, "only HTTP/1.1 is served");
  } else if (!method) {
    refuse(405, "only GET, HEAD, POST, PUT and DELETE are served");
  } else if (!takes_body && !parser.get().body().empty()) {
    refuse(413, "only POST and PUT have a body");
  } else if (!read_target(text_of(parser.get().target()), request)) {
    refuse(400, "bad target");
  } else {
    request.method = *method;
    request.body = std::move(parser.get().body());
    return request;
  }
  return std::nullopt;
}

/// 0: a request that is not complete may go on. The parser's own limits are for what it is given at
/// a time, and for the data of chunks: fields of the head that end one by one, what stands beside a
/// chunk's length and fields behind the last chunk are counted here.
int Exchange::refusal_of_length(bool is_head_read, std::size_t taken_bytes) const {
  std::size_t all_bytes = taken_bytes + received_.size();
  if (received_.size() > limits_.head_bytes) return 431;
  if (!is_head_read) return all_bytes > limits_.head_bytes ? 431 : 0;
  // Twice the body: who sends chunks of a few bytes has to send more beside them.
  return all_bytes > limits_.head_bytes + 2 * limits_.body_bytes ? 413 : 0;
}

/// False when the client has left. Throws also when there would be something to read at once: a
/// client is not to go on for ever because a byte of it always waits.
bool Exchange::read_more(Clock::time_point deadline) {
  std::array<char, 4096> bytes{};
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
  if (left.count() <= 0) {
    throw base::Error(base::ErrorKind::unavailable, "a request took longer than it may");
  }
  std::size_t count = stream_.read(bytes, left);
  received_.append(bytes.data(), count);
  return count > 0;
}

void Exchange::refuse(int status, std::string_view why) {
  is_open_ = false;
  write(plain_response(status, why));
}

std::string Exchange::head_of(const Response& response, bool is_chunked) const {
  http::response<http::empty_body> head(static_cast<http::status>(response.status), http_1_1);
  for (const net::Header& each : response.headers) head.insert(each.name, each.value);
  for (const auto& [name, value] : always) {
    if (head.find(boosted(name)) == head.end()) head.set(boosted(name), boosted(value));
  }
  if (is_chunked) {
    head.chunked(true);
  } else if (response.status != 304) {
    head.content_length(response.body.size());
  }
  head.keep_alive(is_open_);
  std::ostringstream text;
  text << head.base();
  return text.str();
}

void Exchange::write(const Response& response) {
  std::string text = head_of(response, false);
  if (!is_head_) text += response.body;
  has_begun_ = true;
  stream_.write(text, limits_.stall_time);
}

void Exchange::begin(const Response& response) {
  std::string head = head_of(response, true);
  has_begun_ = true;
  stream_.write(head, limits_.stall_time);
  pending_.clear();
}

void Exchange::piece(std::string_view text) {
  pending_ += text;
  if (pending_.size() >= chunk_bytes) flush();
}

void Exchange::flush() {
  if (!is_head_ && !pending_.empty()) {
    std::string chunk =
        boost::beast::buffers_to_string(http::make_chunk(boost::asio::buffer(pending_)));
    stream_.write(chunk, limits_.stall_time);
  }
  pending_.clear();
}

void Exchange::end() {
  flush();
  if (!is_head_) stream_.write("0\r\n\r\n", limits_.stall_time);
}

}  // namespace sparkify::web
