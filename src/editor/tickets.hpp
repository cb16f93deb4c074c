#pragma once

#include <list>
#include <mutex>
#include <optional>
#include <string>

namespace sparkify::editor {

/// Statements whose results shall be fetched as files: a browser keeps a file by its address, and
/// an address is no place for a statement. Memory: 32 statements; older ones are forgotten.
/// Threads: all members from any.
class Tickets {
 public:
  static constexpr std::size_t most_tickets = 32;

  struct Ticket {
    std::string statement, format;
    std::string name;  ///< of the file, without ending
  };

  /// Returns what it is found by, which nobody guesses. Throws unavailable.
  std::string add(Ticket ticket);
  std::optional<Ticket> find(const std::string& id) const;

 private:
  mutable std::mutex mutex_;
  std::list<std::pair<std::string, Ticket>> tickets_;  ///< the newest first
};

}  // namespace sparkify::editor
