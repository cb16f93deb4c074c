#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>

#include "net/http.hpp"

namespace sparkify::net {

/// One request on its way: a libcurl handle, which serves many requests one after another.
/// Threads: the engine's only.
class Transfer {
 public:
  using Clock = std::chrono::steady_clock;

  Transfer();

  /// Makes the handle ready. Returns why the request cannot be sent, if so.
  std::optional<HttpFailure> prepare(HttpRequest request, HttpClient::Done done,
                                     const std::string& ca_bundle);
  CURL* handle() const { return handle_.get(); }

  /// When it has stalled or taken too long, unless bytes move until then.
  Clock::time_point deadline() const;
  /// Says which of both it was.
  HttpFailure overdue() const;
  HttpFailure cancelled() const;
  /// What became of it, as libcurl tells.
  HttpResult result(CURLcode code);
  /// Calls `done`, and lets go of what the request held.
  void finish(HttpResult result);

  std::size_t place = 0;  ///< among the engine's running transfers

 private:
  struct CloseHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_upload(char* bytes, std::size_t size, std::size_t count, void* self);
  static int on_rewind(void* self, curl_off_t offset, int origin);
  static int on_connected(void* self, char*, char*, int, int);

  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  bool set_headers();
  void set_method();
  void set_timeouts();
  void set_always(const std::string& ca_bundle);
  HttpFailure failure(CURLcode code) const;

  std::unique_ptr<CURL, CloseHandle> handle_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::array<char, CURL_ERROR_SIZE> curl_words_{};
  HttpRequest request_;
  HttpClient::Done done_;
  HttpResponse response_;
  std::string host_;  ///< with port, for messages
  std::size_t sent_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  bool is_connected_ = false;
  bool has_head_ = false;  ///< the whole of it
  bool is_too_long_ = false;
  Clock::time_point began_at_, moved_at_;
};

/// `127.0.0.1:9000` of a URL.
std::string host_and_port(std::string_view url);

}  // namespace sparkify::net
