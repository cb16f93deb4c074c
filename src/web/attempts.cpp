#include "web/attempts.hpp"

#include <algorithm>

namespace sparkify::web {
namespace {

constexpr std::size_t most_addresses = 1024;

/// The first half of an address of IPv6: what one customer gets.
std::string network_of(std::string_view address) {
  std::size_t end = 0;
  for (int parts = 0; parts < 4 && end != address.npos; ++parts) {
    if (end > 0 && address.substr(end).starts_with("::")) break;
    end = address.find(':', end + 1);
  }
  return std::string(address.substr(0, end));
}

bool is_above(Attempts::Clock::time_point until, Attempts::Rate rate,
              Attempts::Clock::time_point now) {
  return until - now > (rate.burst - 1) * rate.pause;
}

}  // namespace

Attempts::Debt& Attempts::debt_of(const std::string& address) {
  auto [found, is_new] = debts_.try_emplace(address);
  if (is_new) {
    if (debts_.size() > most_addresses) {
      debts_.erase(order_.front());
      order_.pop_front();
    }
    found->second.place = order_.insert(order_.end(), address);
  } else {
    order_.splice(order_.end(), order_, found->second.place);
  }
  return found->second;
}

bool Attempts::begin(std::string_view address, Clock::time_point now) {
  std::lock_guard lock(mutex_);
  Debt& debt = debt_of(network_of(address));
  if (is_above(debt.until, of_address, now) || is_above(all_until_, of_all, now)) return false;
  debt.until = std::max(debt.until, now) + of_address.pause;
  all_until_ = std::max(all_until_, now) + of_all.pause;
  return true;
}

void Attempts::forgive(std::string_view address) {
  std::lock_guard lock(mutex_);
  debt_of(network_of(address)).until -= of_address.pause;
  all_until_ -= of_all.pause;
}

}  // namespace sparkify::web
