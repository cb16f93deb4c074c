#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "duckdb/prepared.hpp"
#include "pgwire/messages.hpp"

namespace sparkify::session {

/// A parameter `$n` of a statement: what its client is told, and how the engine gets it.
struct Parameter {
  std::uint32_t oid = 0;
  std::string sql_type;     ///< what `$n` is cast to; empty: nothing, the engine knows
  bool is_by_text = false;  ///< bound as text and cast by SQL
};

/// How many parameters a text has: the highest n of its `$n`.
/// Throws sql (42P02): $0, or beyond what the protocol can count.
std::size_t count_parameters(std::string_view text);

/// What the client said: an OID that leaves no doubt, or 0.
Parameter parameter_of_oid(std::uint32_t oid);
/// What the engine found out; text when it found nothing.
Parameter parameter_of_type(const duckdb::Type& type);

/// Of an array whose elements the engine found out.
Parameter parameter_of_elements(const duckdb::Type& type);

/// `x = any($1)` tells the engine nothing of $1; without the word, $1 is one of its elements.
/// Blanks stand for the words in the result; sets `arrays` for the parameters, from 0, that it
/// concerns.
std::string with_elements(std::string_view text, const std::vector<Parameter>& parameters,
                          std::vector<bool>& arrays);

/// A statement's text with `$n` cast as its parameters say.
struct CastText {
  std::string text;
  /// The offset before the casts were put in.
  std::size_t origin(std::size_t offset) const;

  struct Insertion {
    std::size_t offset = 0;  ///< in `text`
    std::size_t origin = 0;
  };
  std::vector<Insertion> insertions;
};
CastText cast_parameters(std::string_view text, const std::vector<Parameter>& parameters);

/// Binds one value as it came. `bytes` must live until the statement has run.
/// Throws sql: 22P02 (not such a value), 22003 (out of range), 22P03 (binary format), 22021
/// (UTF-8).
void bind_parameter(duckdb::Prepared& prepared, std::size_t number, const Parameter& parameter,
                    pgwire::Format format, std::optional<std::string_view> bytes);

/// Throws sql (22021) unless `text` is UTF-8 without zero bytes.
void check_text(std::string_view text);

}  // namespace sparkify::session
