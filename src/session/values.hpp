#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "duckdb/type.hpp"
#include "pgwire/types.hpp"

namespace sparkify::session {

/// How values of one of the engine's types travel, in both formats.
struct Way {
  /// Writes the value of a row, which is not NULL, at `out`, where there is room; returns the end.
  using Write = char* (*)(const duckdb::Vector&, std::size_t row, const duckdb::Type&, char* out);

  pgwire::Oid oid = pgwire::Oid::unknown;
  Write text = nullptr;
  std::size_t text_bytes = 0;  ///< room for any value; of texts: beside the text itself
  Write binary = nullptr;
  std::size_t binary_bytes = 0;
  unsigned text_factor = 0;  ///< of texts: bytes of a value in text for each byte; else 0
};

/// nullopt for types that are nested, or that clients do not know.
std::optional<Way> way_of(duckdb_type type);

/// The bytes of a VARCHAR or BLOB.
std::string_view text_of(const duckdb::Vector& vector, std::size_t row);
/// The word of an ENUM.
const std::string& word_of(const duckdb::Vector& vector, std::size_t row, const duckdb::Type& type);

/// A list of what way_of() or an enum holds: PostgreSQL's arrays. Lists of lists are JSON.
bool is_array(const duckdb::Type& type);

/// What the elements of an array are to clients; of texts, as PostgreSQL's own arrays are: text.
pgwire::Oid element_oid(const duckdb::Type& type);

/// Any value that is not NULL, as clients see it in a column of its type: lists as `{1,2}`, structs
/// and maps as JSON.
void append_text(const duckdb::Vector& vector, std::size_t row, const duckdb::Type& type,
                 std::string& out);
void append_binary(const duckdb::Vector& vector, std::size_t row, const duckdb::Type& type,
                   std::string& out);

}  // namespace sparkify::session
