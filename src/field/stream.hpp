#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "field/value.hpp"

namespace sparkify::field {

/// How PostgreSQL's COPY writes rows through a connection. Source: COPY, "File Formats", of
/// PostgreSQL's documentation.
struct StreamLayout {
  bool is_csv = false;
  char delimiter = '\t';
  std::string null_as = "\\N";
  char quote = '"', escape = '"';       ///< of CSV
  bool has_header = false;              ///< the first line is passed over
  std::vector<bool> may_not_be_null;    ///< by column, of CSV: no text of it is NULL; empty: none
  std::vector<bool> is_null_if_quoted;  ///< likewise: also a quoted text may be NULL
};

/// Cuts what a client sends, in pieces of any size, into records.
/// Memory: the longest record and its piece, with as much again.
class StreamReader {
 public:
  static constexpr std::size_t most_record_bytes = 64 << 20;

  StreamReader(const StreamLayout& layout, std::vector<std::string> columns)
      : layout_(layout), columns_(std::move(columns)), has_header_(layout.has_header) {}

  /// What the client sent next; borrowed until next() has returned false.
  void feed(std::string_view bytes);
  /// Nothing more will come: the last record may lack its end of line.
  void end() { is_over_ = true; }

  /// The fields of the next record, one for each column; their texts live until the next call.
  /// False when there is none in what has come. Throws bad_data (22P04, 22021): the fields are
  /// not those of the columns, a quote without end.
  bool next(std::vector<Field>& fields);
  /// Of the last record: where it begins, and its text.
  std::uint64_t line() const { return line_; }
  std::string_view raw() const { return raw_; }

 private:
  bool take_record();
  std::optional<std::size_t> find_end();
  void split(std::vector<Field>& fields);
  void take_text(std::size_t& at, bool& is_null);
  void take_csv(std::size_t& at, bool& is_null, std::size_t column);
  void take_escape(std::size_t& at);

  const StreamLayout layout_;
  std::vector<std::string> columns_;
  std::string
      pending_;  ///< what of the earlier pieces belongs to no record yet, and the last piece
  std::size_t begin_ = 0;    ///< of what is unread of it
  std::size_t scanned_ = 0;  ///< behind begin_, without an end of record
  bool is_quoted_ = false;   ///< there
  bool has_header_, is_over_ = false, is_ended_ = false;
  std::uint64_t line_ = 0, lines_read_ = 0;
  std::string_view raw_;
  std::string scratch_;  ///< the record's texts, escapes resolved
};

}  // namespace sparkify::field
