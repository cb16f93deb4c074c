#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "duckdb/prepared.hpp"
#include "pgwire/output.hpp"
#include "session/values.hpp"

namespace sparkify::session {

/// The client's type of one of the engine's: BIGINT -> int8, lists -> arrays; what clients do not
/// know travels as varchar.
struct WireType {
  std::uint32_t oid = 0;
  std::int16_t size = -1;
  std::int32_t modifier = -1;
};
WireType wire_type(const duckdb::Type& type);

/// Whether values of this type can be written; others are cast to VARCHAR by the query.
bool is_writable(const duckdb::Type& type);

/// Gives fields the formats of a Bind: none: all text; one: of all. Throws sql (08P01): of another
/// number.
void apply_formats(std::vector<pgwire::Field>& fields, std::span<const pgwire::Format> formats);

/// Writes DataRows from vectors, without a string for each value.
class RowWriter {
 public:
  /// `formats` as apply_formats() takes them. Borrows the columns.
  RowWriter(std::span<const duckdb::ResultColumn> columns, std::span<const pgwire::Format> formats);

  /// Row `row` of a chunk as a message.
  void write(std::span<const duckdb::Vector> vectors, std::size_t row,
             pgwire::Output& output) const {
    if (is_nested_) {
      write_nested(vectors, row, output);
    } else {
      write_flat(vectors, row, output);
    }
  }

 private:
  struct Column {
    const duckdb::Type* type = nullptr;
    Way::Write write = nullptr;
    unsigned text_factor = 0;
    pgwire::Format format = pgwire::Format::text;
  };
  void write_flat(std::span<const duckdb::Vector> vectors, std::size_t row,
                  pgwire::Output& output) const;
  void write_nested(std::span<const duckdb::Vector> vectors, std::size_t row,
                    pgwire::Output& output) const;

  std::vector<Column> columns_;
  std::size_t fixed_bytes_ = 0;  ///< of a row, texts left out
  bool is_nested_ = false;
};

}  // namespace sparkify::session
