#include "net/transfer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "base/text.hpp"

namespace sparkify::net {
namespace {

using Reason = HttpFailure::Reason;

constexpr std::size_t most_header_bytes = 256 << 10;  // of one response, 1xx ones included
constexpr std::size_t large_bytes = 256 << 10;
constexpr long large_buffer_bytes = 256 << 10, small_buffer_bytes = 32 << 10;
constexpr long large_upload_buffer_bytes = 512 << 10, small_upload_buffer_bytes = 64 << 10;

/// Sockets must not live on in the children of credential_process.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool is_token(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  auto is_good = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           marks.find(c) != std::string_view::npos;
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), is_good);
}

bool holds_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

std::string lower_first(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string seconds(std::chrono::milliseconds time) {
  return fmt::format("{:.3g} s", static_cast<double>(time.count()) / 1000);
}

Reason reason_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Reason::resolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return Reason::connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
      return Reason::tls;
    case CURLE_OPERATION_TIMEDOUT:
      return Reason::timeout;
    case CURLE_URL_MALFORMAT:
    case CURLE_BAD_FUNCTION_ARGUMENT:
    case CURLE_LOGIN_DENIED:
      return Reason::unsendable;
    default:
      return Reason::broken;
  }
}

}  // namespace

std::string host_and_port(std::string_view url) {
  bool is_tls = base::to_lower(url.substr(0, 8)) == "https://";
  if (std::size_t scheme = url.find("://"); scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find_first_of("/?#"));
  if (std::size_t user = url.rfind('@'); user != std::string_view::npos)
    url.remove_prefix(user + 1);
  std::size_t colon = url.rfind(':');
  std::size_t bracket = url.rfind(']');
  bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return has_port ? std::string(url) : fmt::format("{}:{}", url, is_tls ? 443 : 80);
}

Transfer::Transfer() : handle_(curl_easy_init()) {
  if (!handle_) throw base::Error(base::ErrorKind::internal, "libcurl gives no handle");
}

std::optional<HttpFailure> Transfer::prepare(HttpRequest request, HttpClient::Done done,
                                             const std::string& ca_bundle) {
  request_ = std::move(request);
  done_ = std::move(done);
  response_ = {};
  host_ = host_and_port(request_.url);
  sent_bytes_ = header_bytes_ = 0;
  is_connected_ = has_head_ = is_too_long_ = false;
  began_at_ = moved_at_ = Clock::now();
  curl_words_[0] = 0;
  curl_easy_reset(handle());
  std::string scheme = base::to_lower(request_.url.substr(0, request_.url.find("://")));
  if (scheme != "http" && scheme != "https") {
    return HttpFailure{Reason::unsendable, "a URL that begins with neither http:// nor https://"};
  }
  if (!is_token(request_.method) || holds_control(request_.url)) {
    return HttpFailure{Reason::unsendable, fmt::format("no method or URL to ask {} with", host_)};
  }
  if (!set_headers()) {
    return HttpFailure{Reason::unsendable,
                       fmt::format("a header for {} holds a line break", host_)};
  }
  set_always(ca_bundle);
  set_method();
  set_timeouts();
  return std::nullopt;
}

bool Transfer::set_headers() {
  curl_slist* list = nullptr;
  auto add = [&](const std::string& line) {
    if (curl_slist* longer = curl_slist_append(list, line.c_str())) list = longer;
  };
  bool has_type = false, is_good = true;
  for (const Header& header : request_.headers) {
    is_good = is_good && is_token(header.name) && !holds_control(header.value);
    has_type = has_type || base::to_lower(header.name) == "content-type";
    // libcurl takes "name:" for "do not send" and "name;" for an empty value.
    add(base::trim(header.value).empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  add("Expect:");  // its answer would be waited for
  add("Transfer-Encoding:");
  if (!has_type) add("Content-Type:");
  headers_.reset(list);
  return is_good;
}

void Transfer::set_always(const std::string& ca_bundle) {
  CURL* curl = handle();
  curl_easy_setopt(curl, CURLOPT_PRIVATE, this);
  curl_easy_setopt(curl, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "sparkify/" SPARKIFY_VERSION);
  curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  // Does not wait for a name server when a transfer ends early.
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, curl_words_.data());
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, on_connected);
  curl_easy_setopt(curl, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(curl, CURLOPT_BUFFERSIZE,
                   request_.into.size() >= large_bytes ? large_buffer_bytes : small_buffer_bytes);
  if (!ca_bundle.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_bundle.c_str());
  if (request_.is_direct) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
}

void Transfer::set_method() {
  CURL* curl = handle();
  std::size_t size = request_.content().size();
  const std::string& method = request_.method;
  if (method == "HEAD") {
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  } else if (size > 0 || method == "PUT" || method == "POST" || method == "PATCH") {
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_upload);
    curl_easy_setopt(curl, CURLOPT_READDATA, this);
    curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, on_rewind);
    curl_easy_setopt(curl, CURLOPT_SEEKDATA, this);
    curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE,
                     size >= large_bytes ? large_upload_buffer_bytes : small_upload_buffer_bytes);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  } else {
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    if (method != "GET") curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

void Transfer::set_timeouts() {
  // libcurl takes 0 for its own default, five minutes.
  long connect_ms = std::max<long>(1, request_.connect_timeout.count());
  curl_easy_setopt(handle(), CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
}

Transfer::Clock::time_point Transfer::deadline() const {
  // While it connects, libcurl watches the time; look again when it may have stalled since.
  auto deadline = (is_connected_ ? moved_at_ : Clock::now()) + request_.stall_timeout;
  if (request_.total_timeout.count() > 0) {
    deadline = std::min(deadline, began_at_ + request_.total_timeout);
  }
  return deadline;
}

HttpFailure Transfer::overdue() const {
  bool is_stalled = is_connected_ && Clock::now() >= moved_at_ + request_.stall_timeout;
  if (is_stalled) {
    return {Reason::timeout,
            fmt::format("{} moved no byte for {}", host_, seconds(request_.stall_timeout))};
  }
  return {Reason::timeout,
          fmt::format("{} did not answer within {}", host_, seconds(request_.total_timeout))};
}

HttpFailure Transfer::cancelled() const {
  return {Reason::cancelled, fmt::format("the request to {} was cancelled", host_)};
}

void Transfer::finish(HttpResult result) {
  headers_.reset();
  request_ = {};
  response_ = {};
  HttpClient::Done done = std::move(done_);
  done_ = nullptr;
  done(std::move(result));
}

HttpResult Transfer::result(CURLcode code) {
  if (code != CURLE_OK) return failure(code);
  long status = 0;
  curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  if (!has_head_) {  // libcurl takes a head that ends in the middle for a whole one
    return HttpFailure{Reason::broken,
                       fmt::format("the connection to {} broke: half a head came", host_)};
  }
  return std::move(response_);
}

HttpFailure Transfer::failure(CURLcode code) const {
  if (is_too_long_) {
    return {Reason::too_long, fmt::format("the response of {} is longer than expected", host_)};
  }
  Reason reason = reason_of(code);
  long number = 0;
  curl_easy_getinfo(handle(), CURLINFO_OS_ERRNO, &number);
  std::string cause = number == 0 ? "" : lower_first(std::strerror(static_cast<int>(number)));
  if (cause.empty()) cause = lower_first(curl_easy_strerror(code));
  switch (reason) {
    case Reason::resolve:
      return {reason, fmt::format("could not find the address of {}", host_)};
    case Reason::connect:
      return {reason, fmt::format("could not connect to {}: {}", host_, cause)};
    case Reason::tls:
      if (curl_words_[0] != 0) cause = lower_first(curl_words_.data());
      return {reason, fmt::format("no trusted connection to {}: {}", host_, cause)};
    case Reason::timeout:
      return {reason, fmt::format("could not connect to {} within {}", host_,
                                  seconds(request_.connect_timeout))};
    case Reason::unsendable:
      return {reason, fmt::format("cannot ask {}: {}", host_, cause)};
    default:
      return {reason, fmt::format("the connection to {} broke: {}", host_, cause)};
  }
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  return transfer.take_header({bytes, size * count}) ? size * count : 0;
}

bool Transfer::take_header(std::string_view line) {
  moved_at_ = Clock::now();
  header_bytes_ += line.size();
  is_too_long_ = header_bytes_ > most_header_bytes;
  if (is_too_long_) return false;
  if (line.starts_with("HTTP/")) {
    response_.headers.clear();  // those before were of a 1xx response
    has_head_ = false;
    return true;
  }
  has_head_ = has_head_ || base::trim(line).empty();
  std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  response_.headers.push_back({std::string(base::trim(line.substr(0, colon))),
                               std::string(base::trim(line.substr(colon + 1)))});
  return true;
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  return transfer.take_body({bytes, size * count}) ? size * count : 0;
}

bool Transfer::take_body(std::string_view bytes) {
  moved_at_ = Clock::now();
  if (response_.status == 0) {  // the first piece
    long status = 0;
    curl_off_t length = -1;
    curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(handle(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    response_.status = static_cast<int>(status);
    bool is_into = response_.is_success() && !request_.into.empty();
    std::size_t room = is_into ? request_.into.size() : request_.most_body_bytes;
    is_too_long_ = length > 0 && static_cast<std::uint64_t>(length) > room;
    if (is_too_long_) return false;
    // What a server promises is not yet there.
    if (!is_into && length > 0) {
      response_.body.reserve(std::min<std::size_t>(static_cast<std::size_t>(length), 1 << 20));
    }
  }
  if (response_.is_success() && !request_.into.empty()) {
    is_too_long_ = bytes.size() > request_.into.size() - response_.into_bytes;
    if (is_too_long_) return false;
    std::memcpy(request_.into.data() + response_.into_bytes, bytes.data(), bytes.size());
    response_.into_bytes += bytes.size();
    return true;
  }
  is_too_long_ = bytes.size() > request_.most_body_bytes - response_.body.size();
  if (!is_too_long_) response_.body += bytes;
  return !is_too_long_;
}

std::size_t Transfer::on_upload(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.moved_at_ = Clock::now();
  std::string_view rest = transfer.request_.content().substr(transfer.sent_bytes_);
  std::size_t taken = std::min(rest.size(), size * count);
  std::memcpy(bytes, rest.data(), taken);
  transfer.sent_bytes_ += taken;
  return taken;
}

int Transfer::on_rewind(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(self);
  bool is_inside = origin == SEEK_SET && offset >= 0 &&
                   static_cast<std::uint64_t>(offset) <= transfer.request_.content().size();
  if (!is_inside) return CURL_SEEKFUNC_FAIL;
  transfer.sent_bytes_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

int Transfer::on_connected(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.is_connected_ = true;
  transfer.moved_at_ = Clock::now();
  return CURL_PREREQFUNC_OK;
}

}  // namespace sparkify::net
