#include "load/load_source.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "field/utf8.hpp"
#include "field/value.hpp"
#include "load/column_writer.hpp"
#include "load/decoded_object.hpp"

namespace sparkify::load {
namespace {

/// What the system tables hold of a line or a value.
constexpr std::size_t shown_bytes = 1024;

}  // namespace

struct LoadSource::File {
  std::vector<event::Piece> pieces;
  std::vector<std::uint64_t> lines;  ///< by piece, once it is read
  std::mutex mutex;                  ///< guards what follows
  std::shared_ptr<base::Object> object;
  std::size_t pieces_left = 0;
};

/// One engine thread's work: pieces one after another.
class LoadSource::Reader final : public duckdb::SourceReader {
 public:
  explicit Reader(LoadSource& source)
      : source_(source),
        table_(*source.request_.table),
        converter_(source.request_.copy->conversion) {
    const Request& request = source.request_;
    for (const field::Column& column : table_.columns) targets_.emplace_back(column);
    reader_ = request.json != nullptr
                  ? field::make_json_reader(*request.json)
                  : field::make_text_reader(request.copy->layout, table_.columns.size());
  }

  std::size_t fill(duckdb::Chunk& chunk) override {
    for (std::size_t i = 0; i < targets_.size(); ++i) targets_[i].begin(chunk, i);
    std::size_t rows = 0;
    field::Record record;
    while (rows < duckdb::Chunk::capacity()) {
      if (!task_ && !start()) break;
      if (source_.is_over(*task_) || has_enough_errors()) {
        end();
      } else if (!reader_->next(record)) {
        source_.finish(*task_, *reader_);
        end();
      } else if (take(record, rows)) {
        ++rows;
      }
    }
    for (ColumnWriter& target : targets_) target.finish(rows);
    return rows;
  }

 private:
  bool start() {
    task_ = source_.take();
    if (!task_) return false;
    Task task = source_.tasks_[*task_];
    errors_in_piece_ = 0;
    const transfer::CopyStatement& copy = *source_.request_.copy;
    const base::ObjectEntry& entry = (*source_.request_.files)[task.file];
    base::Object& object = source_.open(task.file);
    if (copy.encoding == field::Encoding::utf8) {
      reader_->reset(object, entry, copy.compression,
                     source_.files_[task.file]->pieces[task.piece]);
    } else {
      decoded_ = decode(object, entry, copy.compression, copy.encoding);
      base::ObjectEntry decoded{entry.path, decoded_->size_bytes(), entry.version};
      reader_->reset(*decoded_, decoded, event::Compression::none, {0, decoded.size_bytes});
    }
    return true;
  }

  /// This piece alone makes the load fail.
  bool has_enough_errors() const {
    return !source_.request_.copy->ignore_all_errors && errors_in_piece_ >= source_.limit();
  }

  void end() {
    task_.reset();
    source_.leave(false);
  }

  /// Writes a row, or keeps why it is none.
  bool take(const field::Record& record, std::size_t row) {
    if (record.fault) {
      refuse(record, record.fault_field, *record.fault, record.fault_position);
      return false;
    }
    field::Cell cell;
    field::Fault fault;
    std::size_t replaced = field::Record::no_field;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      const field::Field& field = record.fields[i];
      if (!converter_.convert(field, table_.columns[i], cell, fault)) {
        refuse(record, i, fault, field.position);
        return false;
      }
      if (converter_.has_replaced()) replaced = i;
      targets_[i].set(row, cell);
    }
    if (record.has_replaced || replaced != field::Record::no_field) replace(record, replaced);
    return true;
  }

  void refuse(const field::Record& record, std::size_t column, const field::Fault& fault,
              std::size_t position) {
    LoadError error;
    error.line = record.line;
    error.column = column;
    error.position = static_cast<std::int64_t>(position);
    error.raw_line = field::ascii_of(record.raw, shown_bytes);
    error.fault = fault;
    bool has_field = column < record.fields.size();
    if (has_field) error.raw_field = field::ascii_of(record.fields[column].text, shown_bytes);
    if (has_field && errors_in_piece_ < most_detailed) {
      for (std::size_t i = 0; i <= column; ++i) {
        error.values.push_back(field::ascii_of(record.fields[i].text, shown_bytes));
      }
    }
    ++errors_in_piece_;
    source_.keep(*task_, std::move(error));
  }

  void replace(const field::Record& record, std::size_t column) {
    Replacement replacement;
    replacement.line = record.line;
    replacement.column = column;
    replacement.raw_line = field::ascii_of(record.raw, shown_bytes);
    source_.keep(*task_, std::move(replacement));
  }

  LoadSource& source_;
  const Table& table_;
  field::Converter converter_;
  std::vector<ColumnWriter> targets_;
  std::unique_ptr<field::RecordReader> reader_;
  std::unique_ptr<DecodedObject> decoded_;  ///< the file at hand, where it is no UTF-8
  std::optional<std::size_t> task_;
  std::uint64_t errors_in_piece_ = 0;
};

LoadSource::LoadSource(const Request& request, const std::vector<bool>& as_one)
    : request_(request), files_to_repeat_(as_one) {
  const transfer::CopyStatement& copy = *request.copy;
  bool is_splittable = copy.compression == event::Compression::none &&
                       copy.encoding == field::Encoding::utf8 &&
                       (request.json != nullptr || field::is_splittable(copy.layout));
  for (std::size_t i = 0; i < request.files->size(); ++i) {
    std::uint64_t size_bytes = (*request.files)[i].size_bytes;
    auto file = std::make_unique<File>();
    file->pieces = is_splittable && !as_one[i]
                       ? event::split(size_bytes, copy.compression, event::Framing::lines)
                       : std::vector<event::Piece>{{0, size_bytes}};
    file->pieces_left = file->pieces.size();
    file->lines.resize(file->pieces.size());
    for (std::size_t piece = 0; piece < file->pieces.size(); ++piece) tasks_.push_back({i, piece});
    files_.push_back(std::move(file));
  }
}

LoadSource::~LoadSource() = default;

std::vector<duckdb::Source::Column> LoadSource::columns() const {
  std::vector<Column> columns;
  for (const field::Column& column : request_.table->columns) {
    columns.push_back(engine_column(column));
  }
  return columns;
}

std::unique_ptr<duckdb::SourceReader> LoadSource::open_reader() {
  return std::make_unique<Reader>(*this);
}

/// Errors with which the load fails.
std::uint64_t LoadSource::limit() const {
  return std::max<std::uint64_t>(request_.copy->max_errors, 1);
}

/// The next piece. When none is left and the load must fail, the last reader to ask throws: all
/// that lies before the errors has been read then.
std::optional<std::size_t> LoadSource::take() {
  {
    std::lock_guard lock(mutex_);
    ++running_;
  }
  std::size_t task = next_task_++;
  if (task < tasks_.size() && !is_over(task)) return task;
  leave(true);
  return std::nullopt;
}

void LoadSource::leave(bool is_end) {
  std::lock_guard lock(mutex_);
  --running_;
  if (is_end && running_ == 0 && has_failed() && !must_repeat_) throw TooManyErrors();
}

base::Object& LoadSource::open(std::size_t index) {
  File& file = *files_[index];
  std::lock_guard lock(file.mutex);
  if (!file.object) file.object = request_.store->open((*request_.files)[index]);
  return *file.object;
}

void LoadSource::keep(std::size_t task, LoadError error) {
  std::lock_guard lock(mutex_);
  ++error_count_;
  error.file = tasks_[task].file;
  error.piece = tasks_[task].piece;
  bool is_ignored = request_.copy->ignore_all_errors;
  if (!is_ignored || errors_.size() < most_ignored) errors_.push_back(std::move(error));
  ++errors_by_task_[task];
  if (is_ignored || error_count_ < limit()) return;
  // Where in the order of the files the limit is reached, by what is known now.
  std::uint64_t count = 0;
  for (auto [earlier, errors] : errors_by_task_) {
    count += errors;
    if (count < limit()) continue;
    last_task_ = std::min<std::size_t>(last_task_, earlier);
    // This one has seen enough; readers before it go on, and may find earlier errors.
    break;
  }
}

void LoadSource::keep(std::size_t task, Replacement replacement) {
  std::lock_guard lock(mutex_);
  ++replacement_count_;
  if (replacements_.size() >= most_replacements) return;
  replacement.file = tasks_[task].file;
  replacement.piece = tasks_[task].piece;
  replacements_.push_back(std::move(replacement));
}

void LoadSource::finish(std::size_t index, const field::RecordReader& reader) {
  Task task = tasks_[index];
  File& file = *files_[task.file];
  file.lines[task.piece] = reader.lines_read();
  if (reader.spans_lines()) {
    std::lock_guard lock(mutex_);
    files_to_repeat_[task.file] = true;
    must_repeat_ = true;
  }
  std::lock_guard lock(file.mutex);
  if (--file.pieces_left > 0) return;
  file.object->verify_unchanged();
  file.object.reset();
}

std::uint64_t LoadSource::lines_before(std::size_t index, std::size_t piece) const {
  const std::vector<std::uint64_t>& lines = files_[index]->lines;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < piece; ++i) count += lines[i];
  return count;
}

std::vector<std::uint64_t> LoadSource::lines() const {
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    counts.push_back(lines_before(i, files_[i]->lines.size()));
  }
  return counts;
}

std::vector<LoadError> LoadSource::errors() {
  std::sort(errors_.begin(), errors_.end(), [](const LoadError& left, const LoadError& right) {
    return std::tie(left.file, left.piece, left.line) <
           std::tie(right.file, right.piece, right.line);
  });
  if (has_failed() && errors_.size() > limit()) errors_.resize(limit());
  for (LoadError& error : errors_) error.line += lines_before(error.file, error.piece);
  return std::move(errors_);
}

std::vector<Replacement> LoadSource::replacements() {
  for (Replacement& each : replacements_) each.line += lines_before(each.file, each.piece);
  return std::move(replacements_);
}

}  // namespace sparkify::load
