#include "aws/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace sparkify::aws {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::chrono::minutes most_ahead{15};
constexpr std::chrono::minutes between_attempts{1};

bool is_same(const Credentials& left, const Credentials& right) {
  return left.access_key_id == right.access_key_id &&
         left.secret_access_key == right.secret_access_key &&
         left.session_token == right.session_token;
}

std::string text_field(const base::Json& document, std::string_view name) {
  auto found = document.find(name);
  return found != document.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Minutes east of Greenwich of `+01:30`; nothing for anything else.
std::optional<int> read_offset(std::string_view text) {
  bool is_form = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
  if (!is_form) return std::nullopt;
  int hours = 0, minutes = 0;
  const char* at = text.data();
  if (std::from_chars(at + 1, at + 3, hours).ptr != at + 3) return std::nullopt;
  if (std::from_chars(at + 4, at + 6, minutes).ptr != at + 6) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<Instant> read_instant(std::string_view text) {
  constexpr std::size_t seconds_end = std::string_view("2026-11-21T01:02:03").size();
  if (text.size() < seconds_end) return std::nullopt;
  auto ms = base::parse_time_ms(text.substr(0, seconds_end));
  std::string_view rest = text.substr(seconds_end);
  if (rest.starts_with('.'))
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
  std::optional<int> offset = rest.empty() || rest == "Z" ? 0 : read_offset(rest);
  if (!ms || !offset) return std::nullopt;
  // The clock counts nanoseconds and ends in 2262; "never" is later for some.
  constexpr std::int64_t latest_ms = 7'258'118'400'000;  // 2200-01-01
  std::chrono::milliseconds time(std::clamp<std::int64_t>(*ms, 0, latest_ms));
  return Instant(time - std::chrono::minutes(*offset));
}

Credentials read_credentials(std::string_view json, std::string_view token_name,
                             const std::string& giver) {
  base::Json document;
  try {
    document = base::parse_json(json, "");
  } catch (const Error&) {  // it shows the text
  }
  if (!document.is_object()) throw Error(ErrorKind::denied, giver + " gave no JSON object");
  Credentials credentials;
  credentials.access_key_id = text_field(document, "AccessKeyId");
  credentials.secret_access_key = text_field(document, "SecretAccessKey");
  credentials.session_token = text_field(document, token_name);
  for (std::string_view name : {"AccessKeyId", "SecretAccessKey"}) {
    if (!text_field(document, name).empty()) continue;
    throw Error(ErrorKind::denied, fmt::format("{} gave no {}", giver, name));
  }
  if (std::string text = text_field(document, "Expiration"); !text.empty()) {
    credentials.expires_at = read_instant(text);
    if (!credentials.expires_at) {
      throw Error(ErrorKind::denied, fmt::format("{} gave an Expiration that is no time", giver));
    }
  }
  return credentials;
}

RefreshingProvider::RefreshingProvider(CredentialSource source, Clock clock)
    : source_(std::move(source)), clock_(std::move(clock)) {}

bool RefreshingProvider::is_usable(Instant now) const {
  return current_ && (!current_->expires_at || now < *current_->expires_at);
}

bool RefreshingProvider::is_due(Instant now) const {
  return !is_usable(now) || (current_->expires_at && now >= refresh_at_);
}

std::optional<Credentials> RefreshingProvider::credentials() {
  std::unique_lock lock(mutex_);
  // One asks; the others wait only when there is nothing to go on with, and share its failure.
  std::size_t failures_before = failure_count_;
  is_refreshed_.wait(lock, [&] { return !is_refreshing_ || is_usable(clock_()); });
  bool has_failed = failure_count_ != failures_before;
  if (has_failed && !is_usable(clock_())) std::rethrow_exception(failure_);
  if (!is_refreshing_ && is_due(clock_())) refresh(lock);
  return current_;
}

void RefreshingProvider::refresh(std::unique_lock<std::mutex>& lock) {
  is_refreshing_ = true;
  std::optional<Credentials> fresh;
  std::exception_ptr failure;
  lock.unlock();
  try {
    fresh = source_.fetch();
  } catch (...) {
    failure = std::current_exception();
  }
  lock.lock();
  is_refreshing_ = false;
  is_refreshed_.notify_all();
  Instant now = clock_();
  if (fresh && fresh->expires_at && *fresh->expires_at <= now) {
    fresh.reset();
    failure = std::make_exception_ptr(
        Error(ErrorKind::denied, source_.origin + " gave credentials that have expired"));
  }
  if (!fresh) {
    ++failure_count_;
    failure_ = failure;
    refresh_at_ = now + between_attempts;
    if (!is_usable(now)) std::rethrow_exception(failure);
    return;
  }
  current_ = std::move(fresh);
  if (!current_->expires_at) return;
  auto ahead = std::min<Instant::duration>(most_ahead, (*current_->expires_at - now) / 4);
  refresh_at_ = *current_->expires_at - ahead;
}

void RefreshingProvider::refuse(const Credentials& credentials) {
  std::lock_guard lock(mutex_);
  if (!is_refreshing_ && current_ && is_same(*current_, credentials)) current_.reset();
}

}  // namespace sparkify::aws
