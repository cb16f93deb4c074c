// Any bytes as what a client sends: the startup, messages, and both of SCRAM's. Read or refused as
// PostgreSQL's clients know it; nobody gets in.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "pgwire/input.hpp"
#include "pgwire/messages.hpp"
#include "pgwire/scram.hpp"
#include "pieces.hpp"

namespace {

using sparkify::base::Error;
using sparkify::base::ErrorKind;
namespace pgwire = sparkify::pgwire;

constexpr std::size_t most_bytes = 1 << 16;

template <typename Act>
void attempt(Act act) {
  try {
    act();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_data || error.sql_state_text().empty()) std::abort();
  }
}

void converse(std::string_view bytes) {
  Pieces stream(bytes);
  pgwire::Input input(stream, {most_bytes, std::nullopt});
  for (int i = 0; i < 4; ++i) {
    auto body = input.next_startup(std::nullopt);
    if (!body) return;
    if (body->size() > most_bytes) std::abort();
    auto message = pgwire::decode_startup(*body);
    if (std::holds_alternative<pgwire::Startup>(message)) break;
  }
  while (auto frame = input.next(std::nullopt)) {
    if (frame->body.size() > most_bytes) std::abort();
    if (frame->type == 'p') attempt([&] { pgwire::decode_sasl_initial(frame->body); });
    pgwire::decode(frame->type, frame->body);
  }
}

void prove(std::string_view bytes) {
  static const pgwire::Verifier verifier = pgwire::Verifier::of("pencil", "0123456789abcdef", 1);
  bool is_over_tls = !bytes.empty() && (bytes.front() & 1) != 0;
  std::size_t cut = std::min(bytes.find('\n'), bytes.size());
  std::string_view first = bytes.substr(0, cut),
                   last = bytes.substr(std::min(cut + 1, bytes.size()));
  for (std::string_view mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}) {
    pgwire::Scram scram(verifier, is_over_tls ? "end point" : "");
    attempt([&] {
      scram.first(mechanism, first, "nonce");
      // Without the password a proof cannot be found, least of all by chance.
      if (scram.final(last)) std::abort();
    });
  }
  if (auto parsed = pgwire::Verifier::parse(bytes)) {
    auto again = pgwire::Verifier::parse(parsed->text());
    if (!again || again->text() != parsed->text()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  attempt([&] { converse(bytes); });
  prove(bytes);
  return 0;
}
