#include "s3/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <ctime>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "aws/signer.hpp"

namespace sparkify::s3 {
namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::string_view default_region = "us-east-1";
constexpr int most_redirects = 3;
constexpr int least_attempts = 3;
constexpr int attempts_after_interrupt = 8;
constexpr std::size_t cleanup_connections = 4;

/// A call on its way.
struct Pending {
  Call call;
  Client::Done done;
  int attempts = 0;
  int redirects = 0;
  bool has_refreshed = false;
  bool is_after_interrupt = false;  ///< sent by the cleanups' client
  std::optional<Clock::time_point> failed_first_at;
  std::string region;                           ///< of the last attempt
  std::optional<aws::Credentials> credentials;  ///< of the last attempt
};
using PendingPtr = std::shared_ptr<Pending>;

/// `120`, or a date.
milliseconds retry_after(const net::HttpResponse& response) {
  std::string value(net::find_header(response.headers, "retry-after").value_or(""));
  long seconds = 0;
  auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (failure == std::errc() && end == value.data() + value.size()) {
    return std::chrono::seconds(std::clamp(seconds, 0L, 3600L));
  }
  std::tm date{};
  if (::strptime(value.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr) return {};
  return std::chrono::seconds(std::clamp(::timegm(&date) - std::time(nullptr), 0L, 3600L));
}

Error interrupted() { return {ErrorKind::interrupted, "interrupted"}; }

}  // namespace

std::optional<Fault> find_misfit(const net::HttpResponse& response, const std::string& path,
                                 const std::function<void()>& parse) {
  try {
    parse();
  } catch (const Error& error) {
    return Fault{Error(error).at({path, 0, 0, {}}), looks_cut_short(response.body)};
  }
  return std::nullopt;
}

/// The thread that makes requests of calls and judges what comes back. All but the inbox is its
/// own.
class Client::Engine {
 public:
  Engine(Options options, std::shared_ptr<aws::CredentialProvider> credentials)
      : options_(std::move(options)),
        credentials_(std::move(credentials)),
        http_({options_.connections, options_.ca_bundle}) {
    if (options_.region.empty()) options_.region = default_region;
    thread_ = std::jthread([this] { run(); });
  }

  /// Every call has ended when this returns.
  void end() {
    interrupt();
    {
      std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    arrived_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  void start(Call call, Done done) {
    auto pending = std::make_shared<Pending>();
    pending->call = std::move(call);
    pending->done = std::move(done);
    post({std::move(pending), std::nullopt});
  }

  void interrupt() {
    is_interrupted_ = true;
    http_.cancel();
    { std::lock_guard lock(mutex_); }  // or the thread might be between looking and waiting
    arrived_.notify_one();
  }

 private:
  /// A call that starts, or what came of an attempt at it.
  struct Event {
    PendingPtr pending;
    std::optional<net::HttpResult> result;
  };

  void post(Event event) {
    bool is_first = false;
    {
      std::lock_guard lock(mutex_);
      is_first = inbox_.empty();
      inbox_.push_back(std::move(event));
    }
    if (is_first) arrived_.notify_one();
  }

  void run() {
    std::vector<Event> events;
    while (wait_for(events)) {
      for (Event& event : events) {
        if (event.result) {
          guard(*event.pending, [&] { judge(event.pending, std::move(*event.result)); });
        } else {
          ++under_way_;
          attempt(event.pending);
        }
      }
      events.clear();
      go_on_with_the_rested();
    }
  }

  /// Until there is something to do; false when it is all done for good.
  bool wait_for(std::vector<Event>& events) {
    std::unique_lock lock(mutex_);
    auto has_news = [&] {
      return !inbox_.empty() || (is_interrupted_ && !has_woken_all_) ||
             (is_stopping_ && under_way_ == 0);
    };
    if (resting_.empty()) {
      arrived_.wait(lock, has_news);
    } else {
      arrived_.wait_until(lock, resting_.begin()->first, has_news);
    }
    events.swap(inbox_);
    return !events.empty() || !is_stopping_ || under_way_ > 0;
  }

  void go_on_with_the_rested() {
    bool wakes_all = is_interrupted_ && !has_woken_all_;
    has_woken_all_ = has_woken_all_ || wakes_all;
    auto until = wakes_all ? Clock::time_point::max() : Clock::now();
    std::vector<PendingPtr> rested;
    while (!resting_.empty() && resting_.begin()->first <= until) {
      rested.push_back(std::move(resting_.begin()->second));
      resting_.erase(resting_.begin());
    }
    for (const PendingPtr& pending : rested) attempt(pending);
  }

  void attempt(const PendingPtr& pending) {
    const Call& call = pending->call;
    if (is_interrupted_ && !call.is_cleanup) return finish(*pending, Refusal{interrupted(), {}});
    pending->is_after_interrupt = is_interrupted_;
    ++pending->attempts;
    guard(*pending, [&] {
      net::HttpRequest request = make_request(*pending);
      client_for(*pending).start(std::move(request), [this, pending](net::HttpResult result) {
        post({pending, std::move(result)});
      });
    });
  }

  /// What credentials throw, and bugs, end the call.
  template <typename Step>
  void guard(Pending& pending, const Step& step) {
    try {
      step();
    } catch (const Error& error) {
      finish(pending, Refusal{error, {}});
    } catch (const std::exception& bug) {
      finish(pending, Refusal{Error(ErrorKind::internal, bug.what()), {}});
    }
  }

  net::HttpRequest make_request(Pending& pending) {
    const Call& call = pending.call;
    auto known = regions_.find(call.subject.bucket);
    pending.region = known == regions_.end() ? options_.region : known->second;
    net::HttpRequest request;
    request.method = call.method;
    request.url = options_.endpoint.url(pending.region, call.subject.bucket, call.key, call.query);
    request.headers = call.headers;
    request.body_view = call.body;
    request.into = call.into;
    request.stall_timeout =
        call.stall_timeout.count() > 0 ? call.stall_timeout : options_.stall_timeout;
    pending.credentials = credentials_->credentials();
    if (pending.credentials) aws::sign(request, *pending.credentials, {pending.region, "s3"});
    return request;
  }

  net::HttpClient& client_for(const Pending& pending) {
    if (!pending.is_after_interrupt) return http_;
    if (!cleanup_http_) {
      cleanup_http_ = std::make_unique<net::HttpClient>(
          net::HttpClient::Options{cleanup_connections, options_.ca_bundle});
    }
    return *cleanup_http_;
  }

  void judge(const PendingPtr& pending, net::HttpResult result) {
    if (const auto* failure = std::get_if<net::HttpFailure>(&result)) {
      return judge_failure(pending, *failure);
    }
    has_answered_ = true;
    auto& response = std::get<net::HttpResponse>(result);
    // The answer to a POST may begin as a success and end as a refusal.
    ErrorBody body;
    if (!response.is_success() || pending->call.method == "POST") body = parse_error(response.body);
    if (!response.is_success() || !body.code.empty()) return refuse(pending, response, body);
    if (pending->call.find_fault) {
      if (auto fault = pending->call.find_fault(response)) {
        if (fault->may_pass) return again(pending, {fault->error, {}}, {});
        return finish(*pending, Refusal{fault->error, {}});
      }
    }
    succeeded_at_ = Clock::now();
    finish(*pending, std::move(response));
  }

  void judge_failure(const PendingPtr& pending, const net::HttpFailure& failure) {
    using Reason = net::HttpFailure::Reason;
    bool is_lost = failure.reason == Reason::cancelled && pending->call.is_cleanup &&
                   !pending->is_after_interrupt;
    if (is_lost) return attempt(pending);
    if (failure.reason == Reason::cancelled) return finish(*pending, Refusal{interrupted(), {}});
    ErrorKind kind =
        failure.reason == Reason::unsendable ? ErrorKind::internal : ErrorKind::unavailable;
    Error error(kind, failure.what);
    error.at({pending->call.subject.path, 0, 0, {}});
    if (!has_answered_) {
      error.hint(fmt::format("check the endpoint {}, and the network", options_.endpoint.name()));
    }
    if (kind == ErrorKind::internal) return finish(*pending, Refusal{error, {}});
    again(pending, {error, {}}, {});
  }

  void refuse(const PendingPtr& pending, const net::HttpResponse& response, const ErrorBody& body) {
    if (goes_elsewhere(*pending, response, body) ||
        has_fresh_credentials(*pending, response, body)) {
      --pending->attempts;
      return attempt(pending);
    }
    Asker asker{pending->credentials ? credentials_->origin() : std::string(),
                pending->credentials ? pending->credentials->access_key_id : std::string(),
                options_.endpoint.name(), pending->region};
    Refusal refusal{explain(pending->call.subject, response, body, asker), body.code};
    if (may_pass(response.status, body.code)) {
      return again(pending, std::move(refusal), retry_after(response));
    }
    succeeded_at_ = Clock::now();  // the server knows what it says
    finish(*pending, std::move(refusal));
  }

  /// Whether the bucket turned out to be in another region.
  bool goes_elsewhere(Pending& pending, const net::HttpResponse& response, const ErrorBody& body) {
    bool is_redirect = response.status >= 300 && response.status < 400;
    bool is_misplaced = is_redirect || body.code == "AuthorizationHeaderMalformed" ||
                        (response.status == 400 && pending.call.method == "HEAD");
    if (!is_misplaced) return false;
    std::string region = region_named(response, body);
    if (region.empty() || region == pending.region) return false;
    regions_[pending.call.subject.bucket] = region;
    return ++pending.redirects <= most_redirects;
  }

  /// Whether credentials had expired, and others may do. A refusal of HEAD has no words.
  bool has_fresh_credentials(Pending& pending, const net::HttpResponse& response,
                             const ErrorBody& body) {
    bool is_old =
        is_expired(body.code) || (response.status == 400 && pending.call.method == "HEAD");
    if (!is_old || !pending.credentials || pending.has_refreshed) return false;
    pending.has_refreshed = true;
    credentials_->refuse(*pending.credentials);
    return true;
  }

  void again(const PendingPtr& pending, Refusal refusal, milliseconds at_least) {
    if (is_interrupted_ && !pending->call.is_cleanup) {
      return finish(*pending, Refusal{interrupted(), {}});
    }
    auto now = Clock::now();
    const RetryPolicy& policy = options_.retries;
    int most_attempts = is_interrupted_ ? attempts_after_interrupt : policy.most_attempts;
    if (!pending->failed_first_at) pending->failed_first_at = now;
    auto hopeless_since = std::max(*pending->failed_first_at, succeeded_at_);
    int attempts = pending->attempts;
    bool is_pointless = pending->call.is_pointless && *pending->call.is_pointless;
    bool is_over = attempts >= most_attempts || is_pointless ||
                   (!has_answered_ && attempts >= policy.attempts_at_strangers) ||
                   (attempts >= least_attempts && now - hopeless_since >= policy.patience);
    if (is_over) {
      if (attempts > 1) refusal.error.during(fmt::format("attempt {}", attempts));
      return finish(*pending, std::move(refusal));
    }
    auto most =
        std::min(policy.longest_pause, policy.first_pause * (1 << std::min(attempts - 1, 20)));
    milliseconds pause(std::uniform_int_distribution<long>(0, most.count())(random_));
    pause = std::max(pause, std::min(at_least, policy.longest_retry_after));
    resting_.emplace(now + pause, pending);
  }

  void finish(Pending& pending, Outcome outcome) {
    --under_way_;
    Done done = std::move(pending.done);
    pending.done = nullptr;
    done(std::move(outcome));
  }

  Options options_;
  std::shared_ptr<aws::CredentialProvider> credentials_;
  std::map<std::string, std::string, std::less<>> regions_;  ///< by bucket, as servers named them
  std::multimap<Clock::time_point, PendingPtr> resting_;     ///< by the time to go on
  std::minstd_rand random_{std::random_device{}()};
  std::size_t under_way_ = 0;
  bool has_answered_ = false;
  bool has_woken_all_ = false;  ///< that rested when interrupt() came
  Clock::time_point succeeded_at_;

  std::atomic<bool> is_interrupted_ = false;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Event> inbox_;  ///< guarded by mutex_
  bool is_stopping_ = false;  ///< guarded by mutex_

  net::HttpClient http_;
  std::unique_ptr<net::HttpClient> cleanup_http_;
  std::jthread thread_;
};

Client::Client(Options options, std::shared_ptr<aws::CredentialProvider> credentials)
    : engine_(std::make_unique<Engine>(std::move(options), std::move(credentials))) {}

Client::~Client() { end(); }

void Client::start(Call call, Done done) { engine_->start(std::move(call), std::move(done)); }

Outcome Client::wait(Call call) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  std::future<Outcome> future = promise->get_future();
  start(std::move(call), [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
  return future.get();
}

net::HttpResponse Client::send(Call call) {
  Outcome outcome = wait(std::move(call));
  if (auto* refusal = std::get_if<Refusal>(&outcome)) throw base::Error(std::move(refusal->error));
  return std::move(std::get<net::HttpResponse>(outcome));
}

void Client::interrupt() { engine_->interrupt(); }

void Client::end() { engine_->end(); }

}  // namespace sparkify::s3
