#include "serve/handover_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

namespace sparkify::serve {
namespace {

using base::Error;
using base::ErrorKind;
using Size = std::uint32_t;

/// A text with its length takes up to 4 GiB; of a message as a whole no more is believed.
constexpr Size most_bytes = 1U << 30;
constexpr std::size_t piece_bytes = 1 << 20;

Error nonsense() { return Error(ErrorKind::bad_data, "that is no message of a command"); }

}  // namespace

Body& Body::byte(std::uint8_t value) {
  bytes_.push_back(static_cast<char>(value));
  return *this;
}

Body& Body::number(std::int64_t value) {
  bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  return *this;
}

Body& Body::text(std::string_view value) {
  auto size = static_cast<Size>(value.size());
  bytes_.append(reinterpret_cast<const char*>(&size), sizeof size).append(value);
  return *this;
}

Body& Body::statement(const sql::Statement& statement) {
  text(statement.text).text(statement.file).text(statement.lead);
  number(static_cast<std::int64_t>(statement.line));
  number(static_cast<std::int64_t>(statement.column));
  return byte(static_cast<std::uint8_t>(statement.literals));
}

Body& Body::value(const sql::Value& value) {
  byte(static_cast<std::uint8_t>(value.index()));
  struct Write {
    Body& body;
    void operator()(std::monostate) const {}
    void operator()(bool is) const { body.byte(is ? 1 : 0); }
    void operator()(std::int64_t number) const { body.number(number); }
    void operator()(double real) const {
      std::int64_t bits = 0;
      std::memcpy(&bits, &real, sizeof bits);
      body.number(bits);
    }
    void operator()(const std::string& text) const { body.text(text); }
  };
  std::visit(Write{*this}, value);
  return *this;
}

Body& Body::parameters(const sql::Parameters& parameters) {
  number(static_cast<std::int64_t>(parameters.size()));
  for (const auto& [name, each] : parameters) text(name).value(each);
  return *this;
}

Body& Body::error(const Error& error) {
  byte(static_cast<std::uint8_t>(error.kind()));
  text(error.message()).text(error.hint_text()).text(error.during_text());
  text(error.sql_state_text()).byte(error.place() ? 1 : 0);
  if (!error.place()) return *this;
  const base::Place& place = *error.place();
  text(place.file).text(place.excerpt);
  return number(static_cast<std::int64_t>(place.line))
      .number(static_cast<std::int64_t>(place.column));
}

std::string_view Fields::take(std::size_t size) {
  if (size > rest_.size()) throw nonsense();
  std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::uint8_t Fields::byte() { return static_cast<std::uint8_t>(take(1)[0]); }

std::int64_t Fields::number() {
  std::int64_t value = 0;
  std::memcpy(&value, take(sizeof value).data(), sizeof value);
  return value;
}

std::string_view Fields::text() {
  Size size = 0;
  std::memcpy(&size, take(sizeof size).data(), sizeof size);
  return take(size);
}

sql::Statement Fields::statement() {
  sql::Statement statement;
  statement.text = text();
  statement.file = text();
  statement.lead = text();
  statement.line = static_cast<std::size_t>(number());
  statement.column = static_cast<std::size_t>(number());
  statement.literals = static_cast<sql::Literals>(byte());
  return statement;
}

sql::Value Fields::value() {
  switch (byte()) {
    case 0:
      return std::monostate();
    case 1:
      return yes();
    case 2:
      return number();
    case 3: {
      std::int64_t bits = number();
      double real = 0;
      std::memcpy(&real, &bits, sizeof real);
      return real;
    }
    case 4:
      return std::string(text());
    default:
      throw nonsense();
  }
}

sql::Parameters Fields::parameters() {
  sql::Parameters parameters;
  for (std::int64_t left = number(); left > 0; --left) {
    std::string name(text());
    parameters[std::move(name)] = value();
  }
  return parameters;
}

Error Fields::error() {
  auto kind = static_cast<ErrorKind>(byte());
  Error error(kind, std::string(text()));
  error.hint(std::string(text())).during(std::string(text())).sql_state(std::string(text()));
  if (!yes()) return error;
  base::Place place;
  place.file = text();
  place.excerpt = text();
  place.line = static_cast<std::size_t>(number());
  place.column = static_cast<std::size_t>(number());
  error.at(std::move(place));
  return error;
}

void Link::send(Say kind, std::string_view body) {
  std::string head(1, static_cast<char>(kind));
  auto size = static_cast<Size>(body.size());
  head.append(reinterpret_cast<const char*>(&size), sizeof size);
  std::lock_guard lock(sending_);
  if (body.size() < piece_bytes) return stream_.write(head.append(body), {});
  stream_.write(head, {});
  stream_.write(body, {});
}

/// Memory grows as bytes arrive, never by what a length claims.
bool Link::fill(std::string& to, std::size_t size, net::Stream::Patience patience) {
  to.clear();
  while (to.size() < size) {
    std::size_t filled = to.size();
    to.resize(filled + std::min(size - filled, piece_bytes));
    std::size_t count = stream_.read({to.data() + filled, to.size() - filled}, patience);
    to.resize(filled + count);
    if (count == 0) return false;
  }
  return true;
}

std::optional<Link::Message> Link::receive(net::Stream::Patience patience) {
  if (!fill(body_, 1 + sizeof(Size), patience)) return std::nullopt;
  auto kind = static_cast<Say>(body_[0]);
  Size size = 0;
  std::memcpy(&size, body_.data() + 1, sizeof size);
  if (size > most_bytes) throw nonsense();
  if (!fill(body_, size, patience)) return std::nullopt;
  return Message{kind, body_};
}

std::string handover_path(const std::string& warehouse) {
  constexpr std::size_t most_name_bytes = 75, kept_bytes = 40;
  std::error_code failure;  // then the path is taken as it was given
  auto path = std::filesystem::weakly_canonical(warehouse, failure);
  if (failure) path = warehouse;
  std::string name = path.filename().string();
  if (name.size() > most_name_bytes) {
    // FNV-1a: the same in every build.
    std::uint64_t hash = 0xCBF29CE484222325;
    for (char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3;
    name = fmt::format("{}-{:016x}", name.substr(0, kept_bytes), hash);
  }
  return (path.parent_path() / (name + ".sock")).string();
}

}  // namespace sparkify::serve
