#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "field/record.hpp"
#include "load/environment.hpp"
#include "load/table.hpp"

namespace sparkify::load {

/// So many errors of a load are kept with each of their fields, and so many replacements at all: as
/// many as Redshift keeps of a slice.
inline constexpr std::size_t most_detailed = 20, most_replacements = 100;

/// One record that a COPY refused, as the system tables show it.
struct LoadError {
  std::size_t file = 0;  ///< of the files read
  std::size_t piece = 0;
  std::uint64_t line = 0;  ///< within the piece, then within the file
  std::size_t column = field::Record::no_field;
  std::int64_t position = 0;
  std::string raw_line, raw_field;  ///< at most 1024 bytes
  field::Fault fault;
  std::vector<std::string> values;  ///< of the columns before; kept for the first errors only
};

/// A record in which bytes were replaced (ACCEPTINVCHARS).
struct Replacement {
  std::size_t file = 0, piece = 0;
  std::uint64_t line = 0;
  std::size_t column = 0;
  std::string raw_line;
};

/// What a COPY did, for sys_load_history.
struct History {
  std::string started_at;
  bool is_complete = false;
  std::string format;
  std::int64_t row_count = 0;
  std::uint64_t byte_count = 0;
  std::uint64_t error_count = 0;
  std::vector<std::uint64_t> lines;  ///< by file; none where there are no lines
};

/// `2026-11-21 16:04:05.678901`, in UTC.
std::string now();

/// Writes stl_load_errors, stl_loaderror_detail and, through them, sys_load_error_detail. On the
/// connection aside, at once: the rows stay whatever becomes of the COPY.
void write_errors(Environment& environment, const Table& table,
                  const std::vector<base::ObjectEntry>& files, const std::vector<LoadError>& errors,
                  const std::string& started_at);
void write_replacements(Environment& environment, const Table& table,
                        const std::vector<base::ObjectEntry>& files,
                        const std::vector<Replacement>& replacements,
                        const std::string& started_at);
void write_history(Environment& environment, const transfer::CopyStatement& copy,
                   const std::vector<base::ObjectEntry>& files, const History& history);

/// The first error as a sentence: where, what was found, why it does not fit.
std::string sentence(const LoadError& error, const Table& table,
                     const std::vector<base::ObjectEntry>& files);

}  // namespace sparkify::load
