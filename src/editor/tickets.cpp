#include "editor/tickets.hpp"

#include "base/random.hpp"

namespace sparkify::editor {

std::string Tickets::add(Ticket ticket) {
  std::string id = base::random_key();
  std::lock_guard lock(mutex_);
  tickets_.emplace_front(id, std::move(ticket));
  if (tickets_.size() > most_tickets) tickets_.pop_back();
  return id;
}

std::optional<Tickets::Ticket> Tickets::find(const std::string& id) const {
  std::lock_guard lock(mutex_);
  for (const auto& [known, ticket] : tickets_) {
    if (known == id) return ticket;
  }
  return std::nullopt;
}

}  // namespace sparkify::editor
