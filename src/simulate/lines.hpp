#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulate/event.hpp"
#include "simulate/population.hpp"
#include "site/catalogue.hpp"
#include "site/site.hpp"

namespace sparkify::simulate {

/// The file of a day that a record goes to.
enum class Delivery : std::uint8_t {
  first,   ///< log_data/YYYY/MM/YYYY-MM-DD-events.json
  again,   ///< the same with -events-again.json: records that also are in the first
  second,  ///< late/log_data/YYYY/MM/YYYY-MM-DD-events.json
};
inline constexpr int delivery_count = 3;

/// Text for each of them; every line ends in a line end.
using DeliveredText = std::array<std::string, delivery_count>;

/// Events as lines of JSON, key order and escapes as in the logs of the public bucket.
/// Threads: const, any number.
class Lines {
 public:
  /// Borrows all three; `tag` becomes a key of its own unless it is empty.
  Lines(const site::Site& site, const site::Catalogue& catalogue, const Population& population,
        std::string_view tag);

  /// Appends what is delivered of `event`, whose session is its id.
  /// `repeats` gets lines that belong into the first delivery once more, further down.
  void write(const Event& event, DeliveredText& text, std::string& repeats) const;

 private:
  /// The parts of a line that are the state's, in the order of the line.
  struct StateText {
    std::string auth, level, method, status;
  };
  void write_line(const Event& event, std::string& text) const;
  void spoil(const Event& event, std::string& line) const;

  const site::Site& site_;
  const site::Catalogue& catalogue_;
  const Population& population_;
  std::vector<StateText> states_;
};

}  // namespace sparkify::simulate
