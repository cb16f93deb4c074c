#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/object_store.hpp"
#include "event/mapping.hpp"
#include "event/piece.hpp"
#include "field/layout.hpp"
#include "field/value.hpp"

namespace sparkify::field {

/// One record of a file, or why it is none. All views live until the next record.
struct Record {
  static constexpr std::size_t no_field = static_cast<std::size_t>(-1);

  std::span<const Field> fields;       ///< one for each column; of a refused record those before it
  std::string_view raw;                ///< as it lies in the file
  std::uint64_t line = 0;              ///< from 1, within the piece
  std::optional<Fault> fault;          ///< the record as a whole is refused
  std::size_t fault_field = no_field;  ///< the column of the fault, if it is of one
  std::size_t fault_position = 0;      ///< as Field::position
  bool has_replaced = false;           ///< bytes that are no UTF-8
};

/// Reads the records of one piece of an object.
/// Memory: as event::Reader. Threads: one reader per thread; the object may be shared.
class RecordReader {
 public:
  static constexpr std::size_t most_record_bytes = 64 << 20;

  virtual ~RecordReader() = default;
  /// Begins a piece. Only a reader that is_splittable() is given several of an object.
  virtual void reset(base::Object& object, const base::ObjectEntry& entry,
                     event::Compression compression, event::Piece piece) = 0;
  /// False at the end. Throws unavailable (read failed), bad_data (broken compression, a record
  /// without end).
  virtual bool next(Record& record) = 0;
  /// Lines begun in this piece, known at the end.
  virtual std::uint64_t lines_read() const = 0;
  /// Stored bytes of the piece consumed so far.
  virtual std::uint64_t bytes_read() const = 0;
  /// What was read lay over several lines, so that pieces of this object prove nothing: it must be
  /// read again as one.
  virtual bool spans_lines() const { return false; }
};

/// Delimited text, CSV and fixed width. Borrows `layout`.
std::unique_ptr<RecordReader> make_text_reader(const Layout& layout, std::size_t column_count);

/// What a JSON reader looks for.
struct JsonPlan {
  std::vector<event::Path> paths;  ///< one for each column; none: the whole record is the value
  bool ignores_case = false;
  bool is_list = false;        ///< records are lists, not objects
  std::vector<bool> is_super;  ///< by column: its value stays JSON
  std::optional<char> replacement;
  std::uint64_t ignore_header = 0;
};
/// Borrows `plan`.
std::unique_ptr<RecordReader> make_json_reader(const JsonPlan& plan);

/// Whether several readers may share an uncompressed object.
bool is_splittable(const Layout& layout);

}  // namespace sparkify::field
