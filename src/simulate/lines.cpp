#include "simulate/lines.hpp"

#include <fmt/format.h>

#include <cstring>

namespace sparkify::simulate {
namespace {

/// Bytes of an event line beyond its texts: four numbers of at most twenty digits, and commas.
constexpr std::size_t numbers_bytes = 100;

/// Appends to memory that is known to be large enough.
class Cursor {
 public:
  explicit Cursor(char* at) : at_(at) {}
  void put(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put(std::int64_t number) {
    fmt::format_int digits(number);
    put(std::string_view(digits.data(), digits.size()));
  }
  char* at() const { return at_; }

 private:
  char* at_;
};

/// Replaces what follows `key` up to the next comma or brace.
void replace_value(std::string& line, std::string_view key, std::string_view value) {
  std::size_t begin = line.rfind(key);
  if (begin == std::string::npos) return;
  begin += key.size();
  line.replace(begin, line.find_first_of(",}", begin) - begin, value);
}

}  // namespace

Lines::Lines(const site::Site& site, const site::Catalogue& catalogue, const Population& population,
             std::string_view tag)
    : site_(site), catalogue_(catalogue), population_(population) {
  std::string tag_part = tag.empty() ? "" : fmt::format(R"(,"tag":{})", site::event_json(tag));
  for (const site::State& state : site.states) {
    // No text needs an escape that event_json does not make, so the parts are whole.
    states_.push_back({
        fmt::format(R"(,"auth":{})", site::event_json(state.auth)),
        fmt::format(R"(,"level":{})", site::event_json(state.level)),
        fmt::format(R"(,"method":{},"page":{})", site::event_json(state.method),
                    site::event_json(state.page)),
        fmt::format(R"(,"status":{}{},"ts":)", state.status, tag_part),
    });
  }
}

void Lines::write(const Event& event, DeliveredText& text, std::string& repeats) const {
  auto to = [&](Delivery delivery) -> std::string& {
    return text[static_cast<std::size_t>(delivery)];
  };
  std::string& target = to(event.dirt == Dirt::late ? Delivery::second : Delivery::first);
  std::size_t begin = target.size();
  write_line(event, target);
  switch (event.dirt) {
    case Dirt::none:
    case Dirt::late:
      break;
    case Dirt::repeated:
      repeats.append(target, begin);
      break;
    case Dirt::redelivered:
      to(Delivery::again).append(target, begin);
      break;
    case Dirt::malformed:
    case Dirt::wrong_type: {
      std::string line = target.substr(begin, target.size() - begin - 1);
      spoil(event, line);
      target.replace(begin, std::string::npos, line);
      target += '\n';
    }
  }
}

void Lines::write_line(const Event& event, std::string& text) const {
  const site::State& state = site_.states[event.state];
  const StateText& parts = states_[event.state];
  const UserText& user = state.shows_user ? population_.texts[event.user] : population_.hidden_text;
  const site::Track* track = state.is_play ? &catalogue_.tracks[event.track] : nullptr;
  constexpr std::string_view null = "null";
  std::size_t texts_bytes =
      user.text.size() + parts.auth.size() + parts.level.size() + parts.method.size() +
      parts.status.size() +
      (track ? track->artist_json.size() + track->title_json.size() + track->length_json.size()
             : 12);
  std::size_t begin = text.size();
  text.resize(begin + texts_bytes + numbers_bytes);
  Cursor line(text.data() + begin);
  line.put(R"({"artist":)");
  line.put(track ? std::string_view(track->artist_json) : null);
  line.put(parts.auth);
  line.put(user.part(0));
  line.put(std::int64_t{event.item});
  line.put(user.part(1));
  line.put(track ? std::string_view(track->length_json) : null);
  line.put(parts.level);
  line.put(user.part(2));
  line.put(parts.method);
  line.put(user.part(3));
  line.put(std::int64_t{event.session});
  line.put(R"(,"song":)");
  line.put(track ? std::string_view(track->title_json) : null);
  line.put(parts.status);
  line.put(event.time_ms);
  line.put(user.part(4));
  line.put("\n");
  text.resize(static_cast<std::size_t>(line.at() - text.data()));
}

/// Makes `line`, which has no line end, one that is refused once: for what it is, or for a value.
void Lines::spoil(const Event& event, std::string& line) const {
  // The kind follows from the event, so that it is the same with any number of threads.
  std::uint64_t kind = site::Random(static_cast<std::uint64_t>(event.time_ms), event.user).next();
  if (event.dirt == Dirt::wrong_type) {
    switch (kind % 5) {
      case 0:
        replace_value(line, R"("ts":)", R"("yesterday")");
        break;
      case 1:
        replace_value(line, R"("sessionId":)", "null");
        break;
      case 2:
        replace_value(line, R"("itemInSession":)", "{}");
        break;
      case 3:
        replace_value(line, R"("status":)", "true");
        break;
      default:
        replace_value(line, R"("status":)", "99999999999");
        break;
    }
    return;
  }
  std::size_t middle = 1 + (kind >> 8) % (line.size() - 1);
  switch (kind % 4) {
    case 0:
      line.resize(middle);
      break;  // cut off
    case 1:
      line.replace(line.rfind(R"("ts":)"), 4, "ts\"");
      break;  // a quote is missing
    case 2:
      line += line.substr(middle);
      break;  // the end of another line behind it
    default:
      line.insert(line.rfind('"'), "\xFF");
      break;  // no UTF-8
  }
}

}  // namespace sparkify::simulate
