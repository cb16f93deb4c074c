#include "cli/copy_stores.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/stores.hpp"

namespace sparkify::cli {
namespace {

constexpr std::size_t most_ahead_bytes = 256 << 20, least_ahead_bytes = 32 << 20;

/// The keys of one statement.
std::shared_ptr<aws::CredentialProvider> given_credentials(const transfer::Access& access) {
  aws::Credentials keys{access.access_key_id, access.secret_access_key, access.session_token,
                        std::nullopt};
  return std::make_shared<aws::RefreshingProvider>(
      aws::CredentialSource{"the statement's keys", [keys] { return keys; }},
      [] { return std::chrono::system_clock::now(); });
}

}  // namespace

void CopyStores::find_out() {
  if (identity_) return;
  auto identity = std::make_unique<aws::Identity>(settings_);
  options_ = s3_options(*identity, settings_);
  identity_ = std::move(identity);
}

std::shared_ptr<base::ObjectStore> CopyStores::open(const transfer::Access& access) {
  std::lock_guard lock(mutex_);
  find_out();
  std::erase_if(open_, [](const auto& each) { return each.expired(); });
  s3::Options options = options_;
  if (!access.region.empty()) options.region = access.region;
  options.read_ahead_bytes = std::max(least_ahead_bytes, most_ahead_bytes / (open_.size() + 1));
  bool has_keys = !access.access_key_id.empty();
  auto store = std::make_shared<s3::Store>(
      std::move(options), has_keys ? given_credentials(access) : identity_->credentials());
  if (is_interrupted_) store->interrupt();
  open_.push_back(store);
  return store;
}

void CopyStores::interrupt() {
  std::lock_guard lock(mutex_);
  is_interrupted_ = true;
  for (const auto& each : open_) {
    if (auto store = each.lock()) store->interrupt();
  }
}

}  // namespace sparkify::cli
