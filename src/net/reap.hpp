#pragma once

#include <iterator>
#include <list>
#include <mutex>

namespace sparkify::net {

/// Forgets the connections of a server that are over (`is_over`). `mutex` guards the list; their
/// threads are joined outside of it, which they may want.
template <class Connection>
void reap(std::mutex& mutex, std::list<Connection>& connections) {
  std::list<Connection> over;
  std::lock_guard lock(mutex);
  for (auto each = connections.begin(); each != connections.end();) {
    auto next = std::next(each);
    if (each->is_over) over.splice(over.end(), connections, each);
    each = next;
  }
}

}  // namespace sparkify::net
